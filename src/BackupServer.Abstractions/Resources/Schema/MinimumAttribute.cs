namespace BackupServer.Abstractions.Resources.Schema;

/// <summary>The smallest allowed number.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MinimumAttribute(long value) : Attribute
{
    /// <summary>The smallest allowed number.</summary>
    public long Value { get; } = value;
}
