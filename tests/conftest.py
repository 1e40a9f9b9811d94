"""What every test may use: pytester, for tests that run pytest themselves."""

pytest_plugins = ["pytester"]
