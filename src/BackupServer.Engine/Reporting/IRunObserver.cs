namespace BackupServer.Engine.Reporting;

/// <summary>Sees a run come along. Called from several threads and often; it must return at once and never throw.</summary>
public interface IRunObserver
{
    /// <summary>The run has come further.</summary>
    void OnProgress(RunProgress progress);
}
