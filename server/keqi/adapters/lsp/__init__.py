"""The language server. Only the modules here know pygls and lsprotocol."""
