public sealed class NoAttribute { }
