using System.Buffers;
using System.Text.Json;
using BackupServer.Abstractions.Objects;
using Microsoft.Extensions.Logging;

namespace BackupServer.Engine.Reporting;

/// <summary>What a run found out, for its report and its log. Safe for concurrent callers.</summary>
internal sealed partial class RunJournal(TimeProvider clock, ILogger logger, string run)
{
    // A report is read by people and kept in one document: beyond this the counts and the log tell.
    private const int MostMessages = 5000;
    private const int MostUnprotected = 10;

    // A line for each object adds up: beyond this the log keeps to what went wrong, so that memory stays flat.
    private const int MostLogBytes = 32 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly List<RunMessage> _errors = [];
    private readonly List<RunMessage> _warnings = [];
    private readonly List<RunMessage> _unprotected = [];
    private readonly ArrayBufferWriter<byte> _log = new();
    private bool _isCut;
    private int _errorCount;
    private int _warningCount;
    private int _unprotectedCount;

    /// <summary>The first errors; if there were more, the last message says how many.</summary>
    public IReadOnlyList<RunMessage> Errors => Copy(_errors, ref _errorCount, "errors");

    /// <summary>All errors, also those that are not listed.</summary>
    public int ErrorCount => Volatile.Read(ref _errorCount);

    /// <summary>The first warnings; if there were more, the last message says how many.</summary>
    public IReadOnlyList<RunMessage> Warnings => Copy(_warnings, ref _warningCount, "warnings");

    /// <summary>All warnings, also those that are not listed.</summary>
    public int WarningCount => Volatile.Read(ref _warningCount);

    /// <summary>The first of what is not protected: part of the errors where nobody chose that. If there is more, the last message says how much.</summary>
    public IReadOnlyList<RunMessage> Unprotected => Copy(_unprotected, ref _unprotectedCount, "are not protected");

    /// <summary>All that is not protected, also what is not listed.</summary>
    public int UnprotectedCount => Volatile.Read(ref _unprotectedCount);

    public bool HasErrors => ErrorCount > 0;

    /// <summary>The log so far: one JSON object per line.</summary>
    public byte[] LogLines()
    {
        lock (_gate)
        {
            return _log.WrittenSpan.ToArray();
        }
    }

    public void Note(string about, string text) => Add(LogLevel.Information, about, text);

    /// <summary>One of very many notes: for the log of the run, not for that of the process.</summary>
    public void Detail(string about, string text) => Add(LogLevel.Debug, about, text);

    public void Warn(string about, string text) => Add(LogLevel.Warning, about, text);

    public void Error(string about, string text) => Add(LogLevel.Error, about, text);

    /// <summary>An error that leaves something selected without protection.</summary>
    public void Loss(string about, string text)
    {
        Add(LogLevel.Error, about, text);
        Leave(about, text);
    }

    /// <summary>Something is left without protection knowingly: no error, but the coverage names it.</summary>
    public void Spare(string about, string text)
    {
        Add(LogLevel.Information, about, text);
        Leave(about, text);
    }

    private void Leave(string about, string text)
    {
        lock (_gate)
        {
            List(_unprotected, ref _unprotectedCount, MostUnprotected, about, text);
        }
    }

    private static void List(List<RunMessage> list, ref int count, int most, string about, string text)
    {
        count++;
        if (list.Count < most)
        {
            list.Add(new RunMessage(about, text));
        }
    }

    private void Add(LogLevel level, string about, string text)
    {
        Write(level, run, about, text);
        lock (_gate)
        {
            if (level == LogLevel.Error)
            {
                List(_errors, ref _errorCount, MostMessages, about, text);
            }
            else if (level == LogLevel.Warning)
            {
                List(_warnings, ref _warningCount, MostMessages, about, text);
            }

            if (level >= LogLevel.Warning || _log.WrittenCount < MostLogBytes)
            {
                AddLine(level, about, text);
            }
            else if (!_isCut)
            {
                _isCut = true;
                AddLine(LogLevel.Information, "", "The log has become long: from here on it holds warnings and errors only.");
            }
        }
    }

    private void AddLine(LogLevel level, string about, string text)
    {
        var line = new { time = clock.GetUtcNow(), level = (level < LogLevel.Information ? LogLevel.Information : level).ToString(), about, text };
        _log.Write(JsonSerializer.SerializeToUtf8Bytes(line, KubernetesJson.Options));
        _log.Write("\n"u8);
    }

    private IReadOnlyList<RunMessage> Copy(List<RunMessage> list, ref int count, string what)
    {
        lock (_gate)
        {
            return count > list.Count ? [.. list, new RunMessage("", $"and {count - list.Count} more {what}; the run's log names each.")] : [.. list];
        }
    }

    private void Write(LogLevel level, string name, string about, string text)
    {
        if (logger.IsEnabled(level))
        {
            Said(logger, level, name, about, text);
        }
    }

    [LoggerMessage(EventId = 1, Message = "{Run}: {About} {Text}")]
    private static partial void Said(ILogger logger, LogLevel level, string run, string about, string text);
}
