namespace BackupServer.Abstractions.Resources.Schema;

/// <summary>A regular expression that the API server checks a text against.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string pattern) : Attribute
{
    /// <summary>The expression, anchored by itself.</summary>
    public string Pattern { get; } = pattern;
}
