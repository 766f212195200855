using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Resources;

namespace BackupServer.Agent.Work;

/// <summary>What is different between the kinds of work units.</summary>
/// <typeparam name="T">VolumeBackup or VolumeRestore.</typeparam>
internal interface IWorkKind<in T>
    where T : class, ICustomResource
{
    /// <summary>Where a unit stands.</summary>
    VolumeWorkPhase PhaseOf(T unit);

    /// <summary>Whether it shall be stopped.</summary>
    bool IsCancelled(T unit);

    /// <summary>Does the work.</summary>
    /// <returns>The status that says what came of it.</returns>
    Task<object> DoAsync(T unit, DateTimeOffset started, IProgress<VolumeProgress> progress, CancellationToken cancellationToken);

    /// <summary>The status of a unit that is being worked on.</summary>
    object InProgress(T unit, DateTimeOffset started, VolumeProgress progress);

    /// <summary>The status of a unit that ended without result.</summary>
    object Ended(VolumeWorkPhase phase, DateTimeOffset? started, string message);
}
