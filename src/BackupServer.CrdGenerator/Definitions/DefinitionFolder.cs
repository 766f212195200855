using BackupServer.CrdGenerator.Yaml;

namespace BackupServer.CrdGenerator.Definitions;

/// <summary>A directory with one YAML file per kind, and nothing else.</summary>
internal sealed class DefinitionFolder(string directory)
{
    private const string Header = "# Generated from BackupServer.Abstractions/Resources by BackupServer.CrdGenerator. Change the types, not this file.\n";

    /// <summary>Writes all definitions and removes those of kinds that are gone.</summary>
    public void Write()
    {
        Directory.CreateDirectory(directory);
        var files = Files();
        foreach (var (name, content) in files)
        {
            File.WriteAllText(Path.Combine(directory, name), content);
        }

        foreach (var obsolete in Existing().Where(name => !files.ContainsKey(name)))
        {
            File.Delete(Path.Combine(directory, obsolete));
        }
    }

    /// <summary>Says in one sentence each which files are not what the types say; empty when all are.</summary>
    public IReadOnlyList<string> Compare()
    {
        var files = Files();
        const string Advice = "run: dotnet run --project src/BackupServer.CrdGenerator -- charts/backup-server/crds";
        var changed = files
            .Where(file => !File.Exists(Path.Combine(directory, file.Key)) || File.ReadAllText(Path.Combine(directory, file.Key)) != file.Value)
            .Select(file => $"{file.Key} differs from its type; {Advice}");
        var obsolete = Existing().Where(name => !files.ContainsKey(name)).Select(name => $"{name} belongs to no type; {Advice}");
        return [.. changed, .. obsolete];
    }

    private static SortedDictionary<string, string> Files() => new(
        DefinitionBuilder.All().ToDictionary(DefinitionBuilder.FileName, definition => Header + YamlWriter.Write(definition)),
        StringComparer.Ordinal);

    private IEnumerable<string> Existing() => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory, "*.yaml").Select(static path => Path.GetFileName(path))
        : [];
}
