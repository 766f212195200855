namespace BackupServer.DevCluster.Http;

/// <summary>Encodings of answers.</summary>
internal enum AnswerFormat
{
    /// <summary>application/json.</summary>
    Json,

    /// <summary>application/yaml.</summary>
    Yaml,
}
