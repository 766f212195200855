using BackupServer.Abstractions.Plugins.ObjectStores;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace BackupServer.PluginHost.ObjectStores;

/// <summary>Which errors of a store are tried again, when, and for how long.</summary>
internal sealed partial class RetryPolicy
{
    private static readonly ResiliencePropertyKey<long> Started = new("started");
    private readonly ObjectStoreResilience _resilience;
    private readonly TimeProvider _timeProvider;
    private readonly ResiliencePipeline _pipeline;

    public RetryPolicy(ObjectStoreResilience resilience, ILogger logger, TimeProvider timeProvider)
    {
        _resilience = resilience;
        _timeProvider = timeProvider;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is ObjectStoreException { IsTransient: true } && IsTimeLeft(arguments.Context)),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = resilience.FirstDelay,
                MaxDelay = resilience.LongestDelay,
                MaxRetryAttempts = int.MaxValue,
                OnRetry = arguments =>
                {
                    TryingAgain(logger, arguments.Outcome.Exception!.Message, arguments.RetryDelay.TotalSeconds, arguments.AttemptNumber + 2);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Runs an operation until it succeeds, fails for good, or the deadline is over; then its last error is thrown.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Started, _timeProvider.GetTimestamp());
        try
        {
            return await _pipeline.ExecuteAsync(async current => await operation(current.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private bool IsTimeLeft(ResilienceContext context) =>
        _timeProvider.GetElapsedTime(context.Properties.GetValue(Started, 0)) < _resilience.Deadline;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Error}; attempt {Attempt} follows in {Seconds:0.0} s.")]
    private static partial void TryingAgain(ILogger logger, string error, double seconds, int attempt);
}
