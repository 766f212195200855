using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Api;

/// <summary>Who writes and how.</summary>
internal sealed record WriteOptions
{
    /// <summary>Who.</summary>
    public UserInfo User { get; init; } = UserInfo.System;

    /// <summary>The manager of fields written, as metadata.managedFields names it.</summary>
    public string FieldManager { get; init; } = "devcluster";

    /// <summary>Do everything but store.</summary>
    public bool DryRun { get; init; }

    /// <summary>What unknown or duplicate fields bring.</summary>
    public FieldValidation FieldValidation { get; init; } = FieldValidation.Ignore;

    /// <summary>Server-side apply: take fields others own.</summary>
    public bool Force { get; init; }

    /// <summary>The body's text as sent, where the caller has it: duplicate keys are visible only there.</summary>
    public IReadOnlyList<string> DuplicateFields { get; init; } = [];

    /// <summary>Whether the object went through <see cref="ObjectDecoder"/>; else the writer does it.</summary>
    public bool IsDecoded { get; init; }

    /// <summary>Warnings for the caller, in order.</summary>
    public List<string> Warnings { get; init; } = [];

    /// <summary>Options of writes by the cluster's own controllers.</summary>
    public static WriteOptions Controller(string name) => new() { FieldManager = name, User = UserInfo.Controller(name) };
}
