public enum ScanbridgeClient {}
