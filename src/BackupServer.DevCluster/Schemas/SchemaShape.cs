namespace BackupServer.DevCluster.Schemas;

/// <summary>What JSON a schema node takes, as the decoder of the API server sees it.</summary>
internal enum SchemaShape
{
    /// <summary>Anything, kept as it came (raw extensions, managed field sets, preserve-unknown-fields).</summary>
    Any,
    /// <summary>An object with declared fields.</summary>
    Object,
    /// <summary>An object whose keys are free and whose values share a schema.</summary>
    Map,
    Array,
    String,
    Integer,
    Number,
    Boolean,
    IntOrString,
    Quantity,
    /// <summary>RFC 3339 in seconds.</summary>
    Time,
    /// <summary>RFC 3339 with six digits.</summary>
    MicroTime,
    /// <summary>Base64 text.</summary>
    Bytes,
}
