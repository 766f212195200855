using System.Collections.Concurrent;
using BackupServer.Kubernetes.Authentication;
using BackupServer.Kubernetes.Leases;
using BackupServer.Kubernetes.Tests.Servers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Kubernetes.Tests.Leases;

public sealed class LeaderElectorTests : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly FakeTime _time = new();
    private readonly List<Running> _candidates = [];
    private readonly LeaseServer _leases = new();
    private readonly List<IDisposable> _clients = [];
    private ScriptedServer _server = null!;

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task One_of_two_leads_and_the_other_takes_over_at_once_when_it_gives_the_lease_back()
    {
        await StartAsync();
        await using var a = Candidate("a");
        await AdvanceUntilAsync(() => a.Leads, "a leads");
        await using var b = Candidate("b");

        await AdvanceAsync(TimeSpan.FromMinutes(2), () => Assert.False(a.Leads && b.Leads));
        Assert.True(a.Leads);
        await a.StopAsync();
        var before = _time.GetUtcNow();
        await AdvanceUntilAsync(() => b.Leads, "b leads");

        Assert.InRange(_time.GetUtcNow() - before, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        Assert.Equal(("b", 1), (_leases.Holder, _leases.Transitions));
    }

    [Fact]
    public async Task Standby_says_once_for_whom_it_stands_by()
    {
        await StartAsync();
        await using var a = Candidate("a");
        await AdvanceUntilAsync(() => a.Leads, "a leads");
        var said = new ConcurrentQueue<string>();
        await using var b = Candidate("b", log: new LinesLogger(said));

        await AdvanceUntilAsync(() => !said.IsEmpty, "b says something");
        await AdvanceAsync(TimeSpan.FromMinutes(1), () => { });

        Assert.EndsWith(": a leads", Assert.Single(said), StringComparison.Ordinal);
        Assert.StartsWith("b stands by for the Lease ", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leader_that_cannot_renew_stops_before_another_can_start()
    {
        await StartAsync();
        await using var a = Candidate("a");
        await AdvanceUntilAsync(() => a.Leads, "a leads");
        await using var b = Candidate("b");
        await AdvanceAsync(TimeSpan.FromSeconds(6), () => { });

        _leases.CutOff.Add("a");
        await AdvanceUntilAsync(() => !a.Leads, "a stops");
        var stopped = _time.GetUtcNow();
        Assert.False(b.Leads);
        await AdvanceUntilAsync(() => b.Leads, "b leads");

        Assert.True(_time.GetUtcNow() > stopped);
        Assert.False(a.Leads);
        Assert.Equal("b", _leases.Holder);
    }

    [Fact]
    public async Task A_leader_that_was_cut_off_leads_again_when_the_lease_is_free()
    {
        await StartAsync();
        await using var a = Candidate("a");
        await AdvanceUntilAsync(() => a.Leads, "a leads");

        _leases.CutOff.Add("a");
        await AdvanceUntilAsync(() => !a.Leads, "a stops");
        _leases.CutOff.Clear();

        await AdvanceUntilAsync(() => a.Leads, "a leads again");
        Assert.Equal(2, a.Terms);
    }

    [Fact]
    public async Task The_lease_is_kept_while_the_work_is_still_ending()
    {
        await StartAsync();
        var ending = new TaskCompletionSource();
        await using var a = Candidate("a", ending.Task);
        await AdvanceUntilAsync(() => a.Leads, "a leads");
        await using var b = Candidate("b");

        var stopping = a.StopAsync();
        await AdvanceAsync(TimeSpan.FromSeconds(60), () => Assert.False(b.Leads));
        Assert.Equal("a", _leases.Holder);
        ending.SetResult();
        await stopping;

        await AdvanceUntilAsync(() => b.Leads, "b leads");
    }

    [Fact]
    public async Task The_lease_is_given_back_even_if_a_renewal_arrived_late()
    {
        await StartAsync();
        await using var a = Candidate("a");
        await AdvanceUntilAsync(() => a.Leads, "a leads");

        _leases.Touch();
        await a.StopAsync();

        Assert.Equal("", _leases.Holder);
    }

    [Fact]
    public async Task What_the_work_throws_ends_the_election_and_frees_the_lease()
    {
        await StartAsync();
        var elector = new LeaderElector(Client("a"), Options("a"), NullLogger.Instance);

        await Assert.ThrowsAsync<InvalidDataException>(
            () => elector.RunAsync(_ => throw new InvalidDataException("broken"), TestContext.Current.CancellationToken));

        Assert.Equal("", _leases.Holder);
        Assert.False(elector.IsLeader);
    }

    private static LeaderElectionOptions Options(string identity) => new() { Namespace = "ns", Name = "leader", Identity = identity };

    private async Task StartAsync() =>
        _server = await ScriptedServer.StartAsync(context => _leases.AnswerAsync(context, _server.Requests.Last(r => IsOf(r, context)).Body));

    private static bool IsOf(ReceivedRequest request, Microsoft.AspNetCore.Http.HttpContext context) =>
        request.Headers["Authorization"] == context.Request.Headers.Authorization;

    private KubernetesClient Client(string identity)
    {
        var client = new KubernetesClient(
            _server.Configuration() with { Credentials = StaticCredentials.FromToken(identity) },
            options: new KubernetesClientOptions { Attempts = 1 },
            time: _time);
        _clients.Add(client);
        return client;
    }

    private Running Candidate(string identity, Task? ending = null, ILogger? log = null)
    {
        var candidate = new Running(new LeaderElector(Client(identity), Options(identity), log ?? NullLogger.Instance), ending ?? Task.CompletedTask);
        _candidates.Add(candidate);
        return candidate;
    }

    private async Task AdvanceAsync(TimeSpan by, Action check)
    {
        for (var passed = TimeSpan.Zero; passed < by; passed += Step)
        {
            await SettleAsync();
            check();
            _time.Advance(Step);
        }
    }

    private async Task AdvanceUntilAsync(Func<bool> condition, string what)
    {
        for (var i = 0; i < 400 && !condition(); i++)
        {
            _time.Advance(Step);
            await SettleAsync();
        }

        Assert.True(condition(), what);
    }

    /// <summary>
    /// Waits until every elector waits for its next turn, so that a slow machine does not look like a slow network: between turns an elector has
    /// one timer, during a request there is one of 90 s.
    /// </summary>
    private Task SettleAsync() => Eventually.TrueAsync(
        () => _time.Waiting == _candidates.Count(c => !c.Ended) && _time.LongestWait < TimeSpan.FromSeconds(60), "all electors wait");

    /// <summary>An elector at work.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;
        private int _terms;

        public Running(LeaderElector elector, Task ending) => _run = elector.RunAsync(
            async token =>
            {
                Leads = true;
                Interlocked.Increment(ref _terms);
                var stopped = new TaskCompletionSource();
                await using (token.Register(stopped.SetResult))
                {
                    await stopped.Task;
                }

                await ending;
                Leads = false;
            },
            _stop.Token);

        public bool Leads { get; private set; }

        public int Terms => _terms;

        public bool Ended => _run.IsCompleted;

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _run);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run.ContinueWith(static _ => { }, TaskScheduler.Default);
            _stop.Dispose();
        }
    }

    private sealed class LinesLogger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }
}
