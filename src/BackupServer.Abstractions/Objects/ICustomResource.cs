namespace BackupServer.Abstractions.Objects;

/// <summary>A typed object with the members every Kubernetes object has.</summary>
public interface ICustomResource
{
    /// <summary>API version, <c>group/version</c>.</summary>
    string ApiVersion { get; set; }

    /// <summary>Kind.</summary>
    string Kind { get; set; }

    /// <summary>Metadata.</summary>
    ObjectMeta Metadata { get; set; }
}
