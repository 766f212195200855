namespace BackupServer.DevCluster.Schemas;

/// <summary>The flags of a kind (Data/kinds.txt); kinds that are not listed have none.</summary>
internal sealed record KindTraits
{
    private static readonly Lazy<Dictionary<string, KindTraits>> Table = new(Load);

    /// <summary>A kind without flags.</summary>
    public static KindTraits None { get; } = new();

    public bool Generation { get; init; }

    public bool UpdateGeneration { get; init; }

    public bool CreateOnUpdate { get; init; }

    public bool NeedsVersion { get; init; }

    public bool ReturnsObject { get; init; }

    public bool KeepsStatus { get; init; }

    public bool Orphans { get; init; }

    /// <summary>The warning that every answer carries, or null.</summary>
    public string? Deprecated { get; init; }

    /// <summary>subdomain, label, path or any.</summary>
    public string NameRule { get; init; } = "subdomain";

    /// <summary>Fields that field selectors may ask, with the text of an absent value.</summary>
    public IReadOnlyList<(string Path, string Otherwise)> Selectable { get; init; } = [];

    /// <summary>The buckets listed.</summary>
    public static IEnumerable<string> Buckets => Table.Value.Keys;

    public static KindTraits For(string bucket) => Table.Value.GetValueOrDefault(bucket, None);

    private static Dictionary<string, KindTraits> Load() =>
        DataLines.Of("kinds.txt").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(parts => parts[0], parts => parts.Skip(1).Aggregate(None, With));

    private static KindTraits With(KindTraits traits, string flag) => flag switch
    {
        "generation" => traits with { Generation = true },
        "update-generation" => traits with { UpdateGeneration = true },
        "create-on-update" => traits with { CreateOnUpdate = true },
        "needs-version" => traits with { NeedsVersion = true },
        "returns-object" => traits with { ReturnsObject = true },
        "keeps-status" => traits with { KeepsStatus = true },
        "orphans" => traits with { Orphans = true },
        _ when flag.StartsWith("name=", StringComparison.Ordinal) => traits with { NameRule = flag[5..] },
        _ when flag.StartsWith("deprecated=", StringComparison.Ordinal) => traits with { Deprecated = flag[11..].Replace('_', ' ') },
        _ when flag.StartsWith("select=", StringComparison.Ordinal) =>
            traits with { Selectable = [.. flag[7..].Split(',').Select(field => field.Split(':')).Select(parts => (parts[0], parts.Length > 1 ? parts[1] : ""))] },
        _ => throw new FormatException($"kinds.txt: unknown flag {flag}"),
    };
}
