using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using BackupServer.Abstractions.Plugins;
using BackupServer.Abstractions.Plugins.ObjectStores;

[assembly: Plugin(typeof(MisbehavingTwin), PluginContract.Version)]

/// <summary>A store that does what the bucket's name says, and answers well otherwise.</summary>
public sealed class MisbehavingTwin : IPlugin, IObjectStoreProvider
{
    public string Name => "Misbehaving";
    public string UrlScheme => "mis";
    public void Register(IPluginRegistry registry) => registry.Add((IObjectStoreProvider)this);
    public IReadOnlyList<string> Validate(ObjectStoreConfiguration configuration) => configuration.Bucket == "null" ? null : new List<string>();
    public ObjectStoreConfiguration ParseUrl(string address) => throw new FormatException("mis:<bucket>");

    public ValueTask<IObjectStore> OpenAsync(ObjectStoreConfiguration configuration, CancellationToken cancellationToken) =>
        new(configuration.Bucket == "null" ? null : new Store(configuration.Bucket));

    private sealed class Store : IObjectStore
    {
        private readonly string _how;
        private int _calls;
        private bool _stored;
        public Store(string how) => _how = how;
        public ObjectStoreCapabilities Capabilities => ObjectStoreCapabilities.PutIfAbsent;
        public ValueTask DisposeAsync() => default;
        public Task DeleteAsync(string key, CancellationToken token) => _how == "null-task" ? null : throw new InvalidCastException("my bug");

        public Task PutAsync(string key, ReadOnlyMemory<byte> content, PutOptions options, CancellationToken token)
        {
            if (_how == "lost-answer")
            {
                // Stored, but the first answer is lost on the way.
                if (_stored) throw new ObjectStoreException(ObjectStoreErrorKind.AlreadyExists, "taken");
                _stored = true;
                throw new ObjectStoreException(ObjectStoreErrorKind.Transient, "connection reset");
            }

            return Flaky();
        }

        public async Task ReadAsync(string key, long offset, Memory<byte> destination, CancellationToken token)
        {
            if (_how == "hang") await Task.Delay(Timeout.Infinite, CancellationToken.None);
            if (_how == "block") new ManualResetEvent(false).WaitOne();
            if (_how == "short") destination = destination.Slice(0, destination.Length / 2);
            destination.Span.Fill(7);
        }

        public Task<ObjectInfo?> StatAsync(string key, CancellationToken token) => _how switch
        {
            "negative" => Task.FromResult<ObjectInfo?>(new ObjectInfo(key, -1, default)),
            "other-key" => Task.FromResult<ObjectInfo?>(new ObjectInfo("other", 1, default)),
            _ => Task.FromResult<ObjectInfo?>(new ObjectInfo(key, 10, default)),
        };

        public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            var attempt = ++_calls;
            yield return new ObjectInfo("a/1", 1, default);
            if (_how == "hang") await Task.Delay(Timeout.Infinite, CancellationToken.None);
            if (_how == "breaks-off" && attempt < 3) throw new ObjectStoreException(ObjectStoreErrorKind.Transient, "connection reset");
            yield return _how switch
            {
                "outside" => new ObjectInfo("b/2", 1, default),
                "no-key" => new ObjectInfo("a/../../etc", 1, default),
                "negative" => new ObjectInfo("a/2", -5, default),
                _ => new ObjectInfo("a/2", 1, default),
            };
        }

        private Task Flaky()
        {
            var call = ++_calls;
            return _how switch
            {
                "flaky" when call < 4 => throw new ObjectStoreException(call % 2 == 0 ? ObjectStoreErrorKind.Throttled : ObjectStoreErrorKind.Transient, "503, attempt " + call),
                "always-transient" => throw new ObjectStoreException(ObjectStoreErrorKind.Transient, "503, attempt " + call),
                "full" => throw new ObjectStoreException(ObjectStoreErrorKind.Full, "no room, attempt " + call),
                _ => Task.CompletedTask,
            };
        }
    }
}
