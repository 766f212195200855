using BackupServer.Repository.Backends;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Keys;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Secrets;

public sealed class KeyMaterialTests
{
    [Fact]
    public void A_key_is_cleared_when_it_is_disposed_and_seals_nothing_afterwards()
    {
        MasterKey key = MasterKey.Random();
        ReadOnlySpan<byte> bytes = key.Encryption;
        ReadOnlySpan<byte> macK = key.MacK;
        ReadOnlySpan<byte> macR = key.MacR;
        Assert.True(bytes.ContainsAnyExcept((byte)0));

        key.Dispose();

        Assert.False(bytes.ContainsAnyExcept((byte)0));
        Assert.False(macK.ContainsAnyExcept((byte)0));
        Assert.False(macR.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => key.MacK.Length);
        Assert.Throws<ObjectDisposedException>(() => new Sealer(key).Seal("x"u8));
    }

    [Fact]
    public async Task A_repository_clears_its_key_when_it_is_closed()
    {
        Repository repository = await TestRepository.InitAsync(new MemoryBackend());
        Sealer sealer = repository.Sealer;

        await repository.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => sealer.Seal("x"u8));
    }

    [Fact]
    public async Task A_key_that_opens_a_key_file_but_not_the_config_is_cleared()
    {
        MemoryBackend backend = new();
        await (await TestRepository.InitAsync(backend)).DisposeAsync();
        backend.Files["config"][20] ^= 1;

        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(() => TestRepository.OpenAsync(backend));

        Assert.Equal(RepositoryErrorKind.Damaged, refused.Kind);
    }

    [Fact]
    public async Task No_exception_and_no_description_of_a_key_has_a_password_or_key_in_it()
    {
        const string Secret = "tr0ub4dor-and-three";
        MemoryBackend backend = new();
        RepositoryOptions options = TestRepository.Options;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        List<string> texts = [];
        await using (Repository repository = await Repository.InitAsync(backend, Secret, options, TimeProvider.System, cancellation))
        {
            ObjectId second = await repository.AddKeyAsync(Secret + " 2", cancellation);
            texts.AddRange((await repository.ListKeysAsync(cancellation)).Select(static key => key.ToString()));
            texts.Add(new OpenedKey(second, MasterKey.Random()).ToString());
        }

        string[] passwords = [Secret, Secret + " wrong", ""];
        foreach (string path in backend.Files.Keys.ToArray())
        {
            byte[] whole = backend.Files[path];
            foreach (byte[] broken in (byte[][])[[], whole[..(whole.Length / 2)], [.. whole.Reverse()]])
            {
                backend.Files[path] = broken;
                foreach (string password in passwords)
                {
                    Exception? failure = await Record.ExceptionAsync(async () =>
                        await (await Repository.OpenAsync(backend, password, options, TimeProvider.System, cancellation)).DisposeAsync());
                    texts.Add(failure?.ToString() ?? "");
                }
            }

            backend.Files[path] = whole;
        }

        Assert.Contains(texts, static text => text.Contains("wrong password", StringComparison.Ordinal));
        Assert.DoesNotContain(texts, static text => text.Contains("tr0ub4dor", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(texts, static text => text.Contains("encrypt\"", StringComparison.Ordinal));
    }
}
