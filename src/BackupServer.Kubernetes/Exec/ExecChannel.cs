namespace BackupServer.Kubernetes.Exec;

/// <summary>The first byte of every message (subprotocols v4 and v5.channel.k8s.io).</summary>
internal static class ExecChannel
{
    public const byte Stdin = 0;
    public const byte Stdout = 1;
    public const byte Stderr = 2;

    /// <summary>One Status when the command has ended.</summary>
    public const byte Error = 3;

    /// <summary>v5 only: the next byte names the channel that has ended (KEP-4006).</summary>
    public const byte Close = 255;
}
