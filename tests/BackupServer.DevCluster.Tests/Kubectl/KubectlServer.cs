using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Tests.Kubectl;

/// <summary>A server with one node, and kubectl with a home of its own (its caches must not outlive the test).</summary>
public sealed class KubectlServer : IAsyncLifetime
{
    public const string Crd = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gears.test.example.org}
        spec:
          group: test.example.org
          scope: Namespaced
          names: {plural: gears, singular: gear, kind: Gear}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, properties: {teeth: {type: integer}}}
        """;

    private int _namespaces;

    internal ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await ServerProcess.StartAsync(null, "--nodes", "1");
        var editor = Path.Combine(Server.Folder, "editor.sh");
        await File.WriteAllTextAsync(editor, "#!/bin/sh\nsed -i 's#example.org/web#example.org/edited#' \"$1\"\n");
        File.SetUnixFileMode(editor, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal async Task<string> NewNamespaceAsync()
    {
        var name = $"kubectl-{Interlocked.Increment(ref _namespaces)}";
        using var created = await Server.CreateAsync("/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        created.EnsureSuccessStatusCode();
        return name;
    }

    internal async Task<string> NewNamespaceAsync(string program)
    {
        var name = $"kubectl-{Interlocked.Increment(ref _namespaces)}";
        await OkAsync(program, $"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n", "apply", "-f", "-");
        return name;
    }

    internal async Task<string> OkAsync(string program, string? input, params string[] arguments)
    {
        var (code, output) = await RunAsync(program, input, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}: {output}");
        return output;
    }

    internal Task<(int ExitCode, string Output)> RunAsync(string program, string? input, params string[] arguments) => CommandLine.RunAsync(
        program,
        arguments,
        new Dictionary<string, string>
        {
            ["KUBECONFIG"] = Server.Kubeconfig,
            ["HOME"] = Server.Folder,
            ["EDITOR"] = Path.Combine(Server.Folder, "editor.sh"),
        },
        input);
}
