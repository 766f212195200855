namespace BackupServer.DevCluster.Api.Selectors;

/// <summary>What a label requirement asks.</summary>
internal enum LabelOperator
{
    /// <summary>The label has one of the values.</summary>
    In,

    /// <summary>The label has none of the values, or is absent.</summary>
    NotIn,

    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is not there.</summary>
    Absent,

    /// <summary>The label is a number above the value.</summary>
    Greater,

    /// <summary>The label is a number below the value.</summary>
    Less,

    /// <summary>Nothing satisfies it.</summary>
    Never,
}
