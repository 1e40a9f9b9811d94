"""The adapters of published clients."""
