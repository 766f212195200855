namespace BackupServer.Engine.Reporting;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>Everything was done.</summary>
    Completed,

    /// <summary>Something was not; the rest is kept.</summary>
    PartiallyFailed,

    /// <summary>Nothing could be done or kept.</summary>
    Failed,

    /// <summary>Stopped on request.</summary>
    Canceled,
}
