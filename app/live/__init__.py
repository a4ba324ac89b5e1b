"""Redis pub/sub to WebSocket: the hub and the socket endpoint."""
