using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Transport;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace BackupServer.Kubernetes.Resilience;

/// <summary>
/// Which failures are tried again, by class: overload always and patiently, because the server asks for it; a connection that was
/// never made always; an unknown outcome only when doing it twice is as good as once; a refusal never.
/// </summary>
internal static partial class RetryPolicy
{
    private static readonly ResiliencePropertyKey<ApiRequest> RequestKey = new("request");

    /// <summary>Longest pause the server can talk us into at once; it may ask again.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    public static ResilienceContext Context(ApiRequest request, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(RequestKey, request);
        return context;
    }

    public static ResiliencePipeline Create(KubernetesClientOptions options, ILogger logger, TimeProvider time)
    {
        if (options.OverloadAttempts <= 1 && options.Attempts <= 1)
        {
            return ResiliencePipeline.Empty;
        }

        var retry = new RetryStrategyOptions
        {
            MaxRetryAttempts = Math.Max(options.OverloadAttempts, options.Attempts) - 1,
            BackoffType = DelayBackoffType.Exponential,
            Delay = options.FirstPause,
            MaxDelay = TimeSpan.FromSeconds(10),
            UseJitter = true,
            ShouldHandle = args => new(ShouldRetry(args, options)),
            DelayGenerator = args => new(AskedPause(args)),
            OnRetry = args =>
            {
                Log.Retrying(logger, args.AttemptNumber + 1, args.RetryDelay.TotalSeconds, args.Outcome.Exception?.Message ?? "");
                return default;
            },
        };
        return new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(retry).Build();
    }

    private static bool ShouldRetry(RetryPredicateArguments<object> args, KubernetesClientOptions options)
    {
        var request = args.Context.Properties.GetValue(RequestKey, null!);
        return args.Outcome.Exception is KubernetesException failure && failure.Class switch
        {
            FailureClass.Overload => args.AttemptNumber < options.OverloadAttempts - 1,
            FailureClass.NotSent => args.AttemptNumber < options.Attempts - 1,
            FailureClass.Unknown => request.Idempotent && args.AttemptNumber < options.Attempts - 1,
            _ => false,
        };
    }

    /// <summary>Retry-After, stretched by up to a quarter so that not all clients come back at the same moment; null for our own backoff.</summary>
    private static TimeSpan? AskedPause(RetryDelayGeneratorArguments<object> args)
    {
        if (args.Outcome.Exception is not KubernetesException { RetryAfter: { } asked })
        {
            return null;
        }

        var bounded = asked > LongestPause ? LongestPause : asked;
        return bounded * (1 + (Random.Shared.NextDouble() / 4));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Attempt {Attempt} failed; trying again in {Seconds:0.0} s: {Error}")]
        public static partial void Retrying(ILogger logger, int attempt, double seconds, string error);
    }
}
