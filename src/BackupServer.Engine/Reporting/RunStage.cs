namespace BackupServer.Engine.Reporting;

/// <summary>What a run is doing.</summary>
public enum RunStage
{
    /// <summary>Objects are collected and stored, or planned and created.</summary>
    Objects,

    /// <summary>Volumes are copied or written.</summary>
    Volumes,

    /// <summary>The result is verified and committed, or workloads become ready.</summary>
    Finalizing,
}
