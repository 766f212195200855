namespace BackupServer.DevCluster.Http;

/// <summary>Views of objects that clients can ask for.</summary>
internal enum AnswerShape
{
    /// <summary>The object itself.</summary>
    Object,

    /// <summary>Rows for printing.</summary>
    Table,

    /// <summary>Only metadata.</summary>
    PartialObjectMetadata,

    /// <summary>Only metadata, of a list.</summary>
    PartialObjectMetadataList,
}
