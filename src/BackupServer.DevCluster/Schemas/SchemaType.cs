namespace BackupServer.DevCluster.Schemas;

/// <summary>JSON type of a schema.</summary>
internal enum SchemaType
{
    /// <summary>Anything (a raw extension, or a schema without type).</summary>
    Any,

    /// <summary>Object or map.</summary>
    Object,

    /// <summary>Array.</summary>
    Array,

    /// <summary>String.</summary>
    String,

    /// <summary>Integer.</summary>
    Integer,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>Boolean.</summary>
    Boolean,

    /// <summary>Integer or string.</summary>
    IntOrString,

    /// <summary>A resource quantity: string or number.</summary>
    Quantity,
}
