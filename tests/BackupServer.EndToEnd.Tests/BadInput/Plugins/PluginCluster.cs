using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.EndToEnd.Tests.Processes;

namespace BackupServer.EndToEnd.Tests.BadInput.Plugins;

/// <summary>A cluster whose server has a plugin that misbehaves beside those it ships with, and whose agent has that one only.</summary>
public sealed class PluginCluster : TestCluster
{
    private readonly string _plugins = Scratch.Create("backupserver-e2e-plugins-");

    protected override IReadOnlyList<string> ServerArguments =>
        ["--plugins", Path.Combine(Path.GetDirectoryName(Programs.Server)!, "plugins"), "--plugins", Path.Combine(_plugins, "built")];

    protected override IReadOnlyList<string> AgentArguments => ["--plugins", Path.Combine(_plugins, "built")];

    internal TestLocation Location { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await BuildAsync();
        await base.InitializeAsync();
        Location = await TestLocation.CreateAsync(this, "sound");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        System.IO.Directory.Delete(_plugins, recursive: true);
    }

    private async Task BuildAsync()
    {
        var data = Path.Combine(AppContext.BaseDirectory, "data");
        var source = System.IO.Directory.CreateDirectory(Path.Combine(_plugins, "source", "Misbehaving")).FullName;
        File.Copy(Path.Combine(data, "Misbehaving.cs"), Path.Combine(source, "Misbehaving.cs"));
        File.Copy(Path.Combine(data, "Misbehaving.csproj.txt"), Path.Combine(source, "Misbehaving.csproj"));
        (await ProgramProcess.RunAsync(
            ProgramProcess.Dotnet,
            ["build", source, "-o", Path.Combine(_plugins, "built", "Misbehaving"), $"-p:BackupServer={AppContext.BaseDirectory}", "-nologo", "-v:q", "-nodeReuse:false"])).Succeeded();
    }
}
