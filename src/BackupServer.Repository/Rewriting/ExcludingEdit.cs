using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Rewriting;

/// <summary>Drops what patterns mean.</summary>
internal sealed class ExcludingEdit(IReadOnlyList<PathPatterns> excludes) : TreeEdit
{
    public override bool DependsOnPath => true;

    public override bool Salvages => false;

    public override Node? Edit(RawName[] path, Node node) => excludes.Any(patterns => patterns.IsMatch(path)) ? null : node;
}
