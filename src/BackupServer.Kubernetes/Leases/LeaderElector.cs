using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using Microsoft.Extensions.Logging;

namespace BackupServer.Kubernetes.Leases;

/// <summary>
/// Lets one of several processes lead at a time, by a Lease. The clocks of the machines need not agree: how long a holder has been silent is measured
/// here, from the moment its last renewal was seen. A leader that cannot renew stops its work at the renew deadline, while
/// the others still wait for the rest of the lease. Only one call of <see cref="RunAsync"/> at a time.
/// </summary>
public sealed partial class LeaderElector(KubernetesClient client, LeaderElectionOptions options, ILogger logger)
{
    private static readonly GroupVersionResource Resource = new("coordination.k8s.io", "v1", "leases");

    private LeaseRecord? _observed;
    private long _observedAt;
    private long _renewedAt;
    private string? _waitsFor;

    private TimeProvider Time => client.Transport.Time;

    /// <summary>Whether this process leads now.</summary>
    public bool IsLeader { get; private set; }

    /// <summary>Who leads, as far as is known here; empty for nobody.</summary>
    public string Leader => _observed?.Holder ?? "";

    /// <summary>
    /// Waits to become leader, then runs <paramref name="lead"/>, whose token is cancelled when leadership is lost or
    /// the caller cancels; waits for it to end; and stands for election again. When the caller cancels, the lease is given back, so that the
    /// next leader need not wait. What <paramref name="lead"/> throws ends the election, after the lease was given back.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        while (true)
        {
            await AcquireAsync(cancellationToken);
            IsLeader = true;
            Log.Leading(logger, options.Identity);
            var lost = false;
            try
            {
                lost = await LeadAsync(lead, cancellationToken);
            }
            finally
            {
                IsLeader = false;
                if (!lost)
                {
                    await ReleaseAsync();
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (!lost)
            {
                return;
            }

            Log.Lost(logger, options.Identity);
        }
    }

    private async Task AcquireAsync(CancellationToken cancellationToken)
    {
        _waitsFor = null;
        while (!await TryOnceAsync(options.RenewDeadline, cancellationToken))
        {
            TellWhoLeads();
            await Task.Delay(options.RetryPeriod * (1 + (Random.Shared.NextDouble() / 5)), Time, cancellationToken);
        }
    }

    /// <summary>Once for each leader: somebody who looks at the log of a standby sees that all is well.</summary>
    private void TellWhoLeads()
    {
        if (Leader.Length > 0 && Leader != options.Identity && Leader != _waitsFor)
        {
            _waitsFor = Leader;
            Log.Waits(logger, options.Identity, $"{options.Namespace}/{options.Name}", Leader);
        }
    }

    /// <summary>True when leadership was lost; false when <paramref name="lead"/> ended or the caller cancelled.</summary>
    private async Task<bool> LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Not linked to the caller: the lease is kept until the work has really ended.
        using var renewing = new CancellationTokenSource();
        var work = RunWorkAsync(lead, leading.Token);
        var renewal = RenewAsync(renewing.Token);
        try
        {
            if (await Task.WhenAny(work, renewal) == renewal)
            {
                await leading.CancelAsync();
            }

            await work;
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested)
        {
            // It was told to.
        }
        finally
        {
            await renewing.CancelAsync();
            await renewal;
        }

        return await renewal;
    }

    private static async Task RunWorkAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await lead(cancellationToken);
    }

    /// <summary>Renews until told to stop (false), or until the deadline has passed without a renewal (true).</summary>
    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var left = options.RenewDeadline - Time.GetElapsedTime(_renewedAt);
                if (left <= TimeSpan.Zero)
                {
                    return true;
                }

                await Task.Delay(left < options.RetryPeriod ? left : options.RetryPeriod, Time, cancellationToken);
                left = options.RenewDeadline - Time.GetElapsedTime(_renewedAt);
                if (left > TimeSpan.Zero && !await TryOnceAsync(left, cancellationToken)
                    && _observed is { Holder.Length: > 0 } other && other.Holder != options.Identity)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>One try to take or to renew the lease, within a time. Failures are no leadership, and are logged.</summary>
    private async Task<bool> TryOnceAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(within, Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // Counted from before the request: the server may store it at once and answer late.
            var tried = Time.GetTimestamp();
            if (!await TakeOrRenewAsync(linked.Token))
            {
                return false;
            }

            _renewedAt = tried;
            return true;
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsAlreadyExists)
        {
            // Somebody wrote it first, perhaps our own repeated request: read it again next time.
            _observed = _observed is null ? null : _observed with { ResourceVersion = "" };
            return false;
        }
        catch (KubernetesException e)
        {
            Log.Failed(logger, options.Identity, e.Message);
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, options.Identity, "no answer in time");
            return false;
        }
    }

    private async Task<bool> TakeOrRenewAsync(CancellationToken cancellationToken)
    {
        // A leader knows its lease; reading it first would only double the requests.
        if (IsLeader && _observed is { ResourceVersion.Length: > 0 } held && held.Holder == options.Identity)
        {
            return await WriteAsync(Mine(held), cancellationToken);
        }

        var found = await client.FindAsync(Resource, options.Namespace, options.Name, cancellationToken);
        var lease = found is null ? null : LeaseRecord.Parse(found);
        Observe(lease);
        return MayTake(lease) && await WriteAsync(Mine(lease), cancellationToken);
    }

    private void Observe(LeaseRecord? lease)
    {
        var same = _observed is not null && lease is not null && _observed with { ResourceVersion = "" } == lease with { ResourceVersion = "" };
        if (!same)
        {
            _observedAt = Time.GetTimestamp();
        }

        _observed = lease;
    }

    private bool MayTake(LeaseRecord? lease) =>
        lease is null || lease.Holder.Length == 0 || lease.Holder == options.Identity || Time.GetElapsedTime(_observedAt) > lease.Duration;

    private LeaseRecord Mine(LeaseRecord? current)
    {
        var now = LeaseRecord.Timestamp(Time.GetUtcNow());
        var keep = current is not null && current.Holder == options.Identity;
        return new LeaseRecord
        {
            ResourceVersion = current?.ResourceVersion ?? "",
            Holder = options.Identity,
            Duration = options.LeaseDuration,
            RenewTime = now,
            AcquireTime = keep ? current!.AcquireTime : now,
            Transitions = current is null ? 0 : keep ? current.Transitions : current.Transitions + 1,
        };
    }

    private async Task<bool> WriteAsync(LeaseRecord lease, CancellationToken cancellationToken)
    {
        var body = lease.ToBytes(options.Namespace, options.Name);
        var stored = lease.ResourceVersion.Length == 0
            ? await client.CreateAsync(Resource, options.Namespace, body, cancellationToken: cancellationToken)
            : await client.ReplaceAsync(Resource, options.Namespace, options.Name, body, cancellationToken: cancellationToken);
        Observe(LeaseRecord.Parse(stored));
        return true;
    }

    private async Task ReleaseAsync()
    {
        try
        {
            // Not the caller's token: it is cancelled, and the others should not have to wait out the lease because of that.
            using var deadline = new CancellationTokenSource(options.RenewDeadline, Time);
            while (!await TryReleaseAsync(deadline.Token))
            {
                Log.ReleasingAgain(logger, options.Identity);
            }
        }
        catch (Exception e) when (e is KubernetesException or OperationCanceledException)
        {
            Log.NotReleased(logger, options.Identity, e.Message);
        }
    }

    /// <summary>False when the lease was written meanwhile: a renewal that was given up on the way may still arrive.</summary>
    private async Task<bool> TryReleaseAsync(CancellationToken cancellationToken)
    {
        var found = await client.FindAsync(Resource, options.Namespace, options.Name, cancellationToken);
        if (found is null || LeaseRecord.Parse(found) is not { } held || held.Holder != options.Identity)
        {
            return true;
        }

        try
        {
            return await WriteAsync(Mine(held) with { Holder = "", Duration = TimeSpan.FromSeconds(1) }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} leads")]
        public static partial void Leading(ILogger logger, string identity);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} stands by for the Lease {Lease}: {Leader} leads")]
        public static partial void Waits(ILogger logger, string identity, string lease, string leader);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Identity} does not lead any more; standing for election again")]
        public static partial void Lost(ILogger logger, string identity);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Identity} could not take or renew the lease: {Error}")]
        public static partial void Failed(ILogger logger, string identity, string error);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Identity} gives the lease back once more: it was written meanwhile")]
        public static partial void ReleasingAgain(ILogger logger, string identity);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Identity} could not give the lease back; the others wait for its end: {Error}")]
        public static partial void NotReleased(ILogger logger, string identity, string error);
    }
}
