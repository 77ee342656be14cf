"""The team server: HTTP API, LanguageTool's protocol, LSP over WebSocket, and the web console."""
