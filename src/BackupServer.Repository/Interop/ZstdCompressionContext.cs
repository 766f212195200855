using System.Runtime.InteropServices;

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
    private const int Strategy = 107;
    private const int FastStrategy = 1;

    private int _level = int.MinValue;

    public ZstdCompressionContext()
        : base(0, ownsHandle: true) => SetHandle(LibZstd.NewCompressionContext());

    public override bool IsInvalid => handle == 0;

    /// <summary>
    /// Sets the level for what is compressed next. Level 1 looks for matches in a larger table and for shorter ones than the library would, because its own choice stores a tenth more
    /// of database pages than stock restic, and its next one is a third slower (docs/performance.md).
    /// </summary>
    public void Configure(int level)
    {
        if (level == _level)
        {
            return;
        }

        Compression.Zstd.Checked(LibZstd.Reset(this, ParametersOnly));
        Set(Level, level);
        if (level == TunedLevel)
        {
            Set(Strategy, FastStrategy);
            Set(WindowLog, 19);
            Set(HashLog, 16);
            Set(MinimumMatch, 5);
        }

        _level = level;
    }

    protected override bool ReleaseHandle()
    {
        LibZstd.FreeCompressionContext(handle);
        return true;
    }

    private void Set(int parameter, int value) => Compression.Zstd.Checked(LibZstd.SetParameter(this, parameter, value));
}
