namespace BackupServer.Abstractions.Resources;

/// <summary>How servers and agents of one cluster know each other.</summary>
public static class Agents
{
    /// <summary>Label on the Lease of an agent, with its node's name as value.</summary>
    public const string NodeLabel = Labels.Prefix + "agent-node";

    /// <summary>How often an agent renews its Lease.</summary>
    public static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(10);

    /// <summary>After this long without renewal a node counts as one without agent. Long enough for an agent to be restarted or updated.</summary>
    public static readonly TimeSpan MissingAfter = TimeSpan.FromMinutes(2);

    /// <summary>Label on work units: the node whose agent does them.</summary>
    public const string WorkNodeLabel = Labels.Prefix + "node";

    /// <summary>Name of a node's Lease.</summary>
    public static string LeaseName(string node) => $"backupserver-agent-{node}";

    /// <summary>Tag that tells the snapshot of one work unit.</summary>
    public static string JobTag(string workUid) => $"volume-backup={workUid}";
}
