namespace BackupServer.DevCluster.Cluster;

/// <summary>The command line, read.</summary>
internal sealed record DevClusterOptions
{
    /// <summary>HTTPS port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>HTTP port on 127.0.0.1; 0 takes any free one.</summary>
    public int HttpPort { get; init; }

    /// <summary>Bearer token of the administrator (group system:masters).</summary>
    public string Token { get; init; } = "";

    /// <summary>Bearer token of a user without rights, or null for none.</summary>
    public string? NobodyToken { get; init; }

    /// <summary>Where to write a kubeconfig for the administrator, or null.</summary>
    public string? KubeconfigOut { get; init; }

    /// <summary>Folder for durable data, or null to keep everything in memory.</summary>
    public string? Data { get; init; }

    /// <summary>Number of nodes whose pods run as local processes.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Seed of generated names and uids, or null for a random one.</summary>
    public int? Seed { get; init; }

    /// <summary>File written (atomically, last) once the server takes requests, or null.</summary>
    public string? ReadyFile { get; init; }

    /// <summary>The text of <c>--help</c>.</summary>
    public const string Usage = """
        BackupServer.DevCluster: a Kubernetes API server on loopback addresses, for development and tests.

          --port N             HTTPS port (default 0: any free one)
          --http-port N        HTTP port (default 0: any free one)
          --token T            administrator's bearer token (default: a random one, printed)
          --nobody-token T     token of a user without rights
          --kubeconfig-out F   write an administrator's kubeconfig
          --data DIR           keep objects, volumes and keys here; survives kill -9
          --nodes N            nodes that run pods as local processes (default 1)
          --seed N             seed of generated names and uids
          --ready-file F       written when requests are taken: JSON with https, http, token, ca

        Prints one line "ready https=… http=… token=…" when requests are taken. Ends on SIGTERM or SIGINT.
        """;

    /// <summary>Reads arguments; throws <see cref="ArgumentException"/> naming the argument that is wrong.</summary>
    public static DevClusterOptions Parse(IReadOnlyList<string> args)
    {
        var options = new DevClusterOptions();
        for (var i = 0; i < args.Count; i++)
        {
            var parts = args[i].Split('=', 2);
            string Value() => parts.Length == 2 ? parts[1] : i + 1 < args.Count ? args[++i] : throw new ArgumentException($"{parts[0]} needs a value");
            int Number() => Value() is var text && int.TryParse(text, out var number) && number >= 0
                ? number
                : throw new ArgumentException($"{parts[0]} needs a number, not \"{text}\"");
            options = parts[0] switch
            {
                "--port" => options with { Port = Number() },
                "--http-port" => options with { HttpPort = Number() },
                "--token" => options with { Token = Value() },
                "--nobody-token" => options with { NobodyToken = Value() },
                "--kubeconfig-out" => options with { KubeconfigOut = Value() },
                "--data" => options with { Data = Value() },
                "--nodes" => options with { Nodes = Number() },
                "--seed" => options with { Seed = Number() },
                "--ready-file" => options with { ReadyFile = Value() },
                _ => throw new ArgumentException($"unknown argument {args[i]}; --help lists them"),
            };
        }

        return options.Token.Length > 0 ? options : options with { Token = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)) };
    }
}
