using System.CommandLine;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that say by what snapshots belong together: <c>host,paths,tags</c>.</summary>
internal static class GroupingOption
{
    /// <summary>Declares one; null when it was not given.</summary>
    public static Option<SnapshotGrouping?> Create(string description) => new("--group-by", "-g")
    {
        Description = description,
        HelpName = "host,paths,tags",
        CustomParser = static result =>
        {
            var grouping = SnapshotGrouping.None;
            foreach (var word in result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                switch (word)
                {
                    case "host" or "hosts":
                        grouping |= SnapshotGrouping.Host;
                        break;
                    case "paths" or "path":
                        grouping |= SnapshotGrouping.Paths;
                        break;
                    case "tags" or "tag":
                        grouping |= SnapshotGrouping.Tags;
                        break;
                    default:
                        result.AddError($"'{word}' of --group-by is none of host, paths, tags");
                        break;
                }
            }

            return grouping;
        },
    };
}
