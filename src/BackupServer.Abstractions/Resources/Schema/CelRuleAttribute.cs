namespace BackupServer.Abstractions.Resources.Schema;

/// <summary>A rule that the API server checks with the Common Expression Language; <c>self</c> is the value it stands on.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class CelRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>The expression; must be true.</summary>
    public string Rule { get; } = rule;

    /// <summary>What the user reads when it is not.</summary>
    public string Message { get; } = message;
}
