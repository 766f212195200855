using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>A cluster whose agent must obey the permissions of files: root gives up the two capabilities that let it read everything.</summary>
public sealed class UnreadableCluster : TestCluster
{
    protected override IReadOnlyList<string> AgentLauncher =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"] : [];
}
