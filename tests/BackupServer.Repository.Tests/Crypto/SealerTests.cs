using BackupServer.Repository.Crypto;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Keys;
using BackupServer.Repository.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Repository.Tests.Crypto;

public sealed class SealerTests
{
    [Fact]
    public void Poly1305_gives_the_tag_of_its_specification()
    {
        // RFC 8439, 2.5.2
        var key = Convert.FromHexString("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b");
        var tag = new byte[16];
        using var mac = MacContext.Create();

        mac.Compute(key, "Cryptographic Forum Research Group"u8, tag);

        Assert.Equal("A8061DC1305136C6C22B8BAF0C0127A9", Convert.ToHexString(tag));
    }

    [Fact]
    public void Scrypt_gives_the_key_of_its_specification()
    {
        // RFC 7914, 12: the second vector
        var key = PasswordKey.Derive("password", "NaCl"u8, new ScryptParameters(1024, 8, 16));

        Assert.StartsWith("FDBABE1C9D3472007856E7190D01E9FE", Convert.ToHexString(key.Encryption), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_password_is_a_password() =>
        Assert.NotEqual(
            Convert.ToHexString(PasswordKey.Derive(string.Empty, new byte[64], ScryptParameters.MachineSecret).Encryption),
            Convert.ToHexString(PasswordKey.Derive("x", new byte[64], ScryptParameters.MachineSecret).Encryption));

    [Fact]
    public void What_is_sealed_opens_to_itself()
    {
        using var sealer = new Sealer(MasterKey.Random());

        Prop.ForAll<byte[]>(plain => sealer.TryOpen(sealer.Seal(plain))!.SequenceEqual(plain)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_counter_runs_over_all_sixteen_bytes_of_the_iv()
    {
        var key = MasterKey.Random();
        using var sealer = new Sealer(key);
        var iv = Enumerable.Repeat((byte)0xFF, 16).ToArray();
        var plain = new byte[48];
        var content = new byte[plain.Length + Sealer.Overhead];

        sealer.Seal(iv, plain, content);

        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = key.Encryption.ToArray();
        Assert.Equal(aes.EncryptEcb(new byte[16], System.Security.Cryptography.PaddingMode.None), content[32..48]);
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_text_or_tag_or_iv_is_refused()
    {
        using var sealer = new Sealer(MasterKey.Random());
        var content = sealer.Seal(TestRepository.Noise(5, 100));

        for (var i = 0; i < content.Length; i++)
        {
            content[i] ^= 0x10;
            Assert.Null(sealer.TryOpen(content));
            content[i] ^= 0x10;
        }

        Assert.NotNull(sealer.TryOpen(content));
    }

    [Fact]
    public void Another_key_does_not_open()
    {
        using var one = new Sealer(MasterKey.Random());
        using var other = new Sealer(MasterKey.Random());

        Assert.Null(other.TryOpen(one.Seal("secret"u8)));
    }

    [Fact]
    public void Keys_and_ivs_of_zeros_are_refused()
    {
        using var sealer = new Sealer(MasterKey.Random());
        var content = new byte[Sealer.Overhead + 1];
        sealer.Seal(new byte[16], "x"u8, content);

        Assert.Null(sealer.TryOpen(content));
        Assert.Throws<RepositoryException>(() => MasterKey.From(new byte[64]));
    }

    [Fact]
    public void A_missing_library_is_named_with_its_package()
    {
        var error = Assert.Throws<RepositoryException>(() => NativeLibraries.Require("libnothing.so.7", "libnothing7"));

        Assert.Equal(RepositoryErrorKind.MissingLibrary, error.Kind);
        Assert.Contains("libnothing.so.7", error.Message, StringComparison.Ordinal);
        Assert.Contains("apt install libnothing7", error.Message, StringComparison.Ordinal);
    }
}
