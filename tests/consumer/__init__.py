"""Tests of the built distribution in somebody else's repository."""
