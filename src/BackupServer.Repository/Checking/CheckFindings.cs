namespace BackupServer.Repository.Checking;

/// <summary>Collects problems, and which blobs they harm. Any thread.</summary>
internal sealed class CheckFindings(int maximumAffected)
{
    private readonly Lock _gate = new();
    private readonly List<Finding> _findings = [];
    private readonly Dictionary<BlobHandle, List<Finding>> _harmed = [];
    private readonly SortedSet<string> _hints = new(StringComparer.Ordinal);

    public bool HarmsBlobs
    {
        get
        {
            lock (_gate)
            {
                return _harmed.Count > 0;
            }
        }
    }

    public void Hint(string message)
    {
        lock (_gate)
        {
            _hints.Add(message);
        }
    }

    /// <summary>Adds a problem that harms these blobs: who needs one of them is affected.</summary>
    public void Add(CheckProblemKind kind, string message, params IEnumerable<BlobHandle> harmed)
    {
        lock (_gate)
        {
            var finding = new Finding(kind, message);
            _findings.Add(finding);
            foreach (var blob in harmed)
            {
                if (!_harmed.TryGetValue(blob, out var findings))
                {
                    _harmed.Add(blob, findings = []);
                }

                findings.Add(finding);
            }
        }
    }

    public bool IsHarmed(BlobHandle blob)
    {
        lock (_gate)
        {
            return _harmed.ContainsKey(blob);
        }
    }

    /// <summary>Writes down that a path needs a harmed blob.</summary>
    public void Affect(BlobHandle blob, AffectedPath path)
    {
        lock (_gate)
        {
            foreach (var finding in _harmed.GetValueOrDefault(blob) ?? [])
            {
                if (finding.Affected.Count >= maximumAffected)
                {
                    finding.More |= !finding.Affected.Contains(path);
                }
                else if (finding.Affected.Count == 0 || finding.Affected[^1] != path)
                {
                    finding.Affected.Add(path);
                }
            }
        }
    }

    public IReadOnlyList<CheckProblem> Problems()
    {
        lock (_gate)
        {
            return [.. _findings.Select(static finding => new CheckProblem(finding.Kind, finding.Message, finding.Affected, finding.More))];
        }
    }

    public IReadOnlyList<string> Hints()
    {
        lock (_gate)
        {
            return [.. _hints];
        }
    }

    private sealed class Finding(CheckProblemKind kind, string message)
    {
        public CheckProblemKind Kind => kind;

        public string Message => message;

        public List<AffectedPath> Affected { get; } = [];

        public bool More { get; set; }
    }
}
