using System.Runtime.InteropServices;
using BackupServer.Repository.Compression;

namespace BackupServer.Repository.Interop;

/// <summary>Working memory of a compressor. Not for concurrent use.</summary>
internal sealed class ZstdCompressionContext : SafeHandle
{
    /// <summary>The level at which the search is tuned.</summary>
    public const int TunedLevel = 1;

    // Numbers of zstd.h.
    private const int ParametersOnly = 2;
    private const int Level = 100;
    private const int WindowLog = 101;
    private const int HashLog = 102;
    private const int MinimumMatch = 105;
    private const int Step = 106;
    private const int Strategy = 107;
    private const int FastStrategy = 1;

    private (int Level, CompressionEffort Effort) _configured = (int.MinValue, CompressionEffort.Usual);

    public ZstdCompressionContext()
        : base(0, ownsHandle: true) => SetHandle(LibZstd.NewCompressionContext());

    public override bool IsInvalid => handle == 0;

    /// <summary>
    /// Sets the level for what is compressed next. Level 1 looks for matches in a larger table and for shorter ones than the library would, because its own choice stores a tenth more
    /// of database pages than stock restic, and its next one is a third slower; where there is little to find, it goes on in larger steps (docs/performance.md).
    /// </summary>
    public void Configure(int level, CompressionEffort effort)
    {
        if ((level, effort) == _configured)
        {
            return;
        }

        Zstd.Checked(LibZstd.Reset(this, ParametersOnly));
        Set(Level, level);
        if (level == TunedLevel)
        {
            var quick = effort == CompressionEffort.Quick;
            Set(Strategy, FastStrategy);
            Set(WindowLog, 19);
            Set(HashLog, quick ? 17 : 16);
            Set(MinimumMatch, quick ? 4 : 5);
            Set(Step, quick ? 3 : 0);
        }

        _configured = (level, effort);
    }

    protected override bool ReleaseHandle()
    {
        LibZstd.FreeCompressionContext(handle);
        return true;
    }

    private void Set(int parameter, int value) => Zstd.Checked(LibZstd.SetParameter(this, parameter, value));
}
