using System.CommandLine;
using BackupServer.Abstractions.Resources;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Objects;

/// <summary>Options that say which objects a backup takes or a restore brings back.</summary>
internal sealed class FilterOptions
{
    private readonly Option<List<string>?> _includedNamespaces = ListOption.Create("--include-namespaces", "namespaces to take: names or globs (default: all)", "NS,…");
    private readonly Option<List<string>?> _excludedNamespaces = ListOption.Create("--exclude-namespaces", "namespaces to leave out", "NS,…");
    private readonly Option<List<string>?> _includedResources = ListOption.Create("--include-resources", "resources to take, for example deployments.apps (default: all)", "RESOURCE,…");
    private readonly Option<List<string>?> _excludedResources = ListOption.Create("--exclude-resources", "resources to leave out", "RESOURCE,…");
    private readonly Option<bool?> _clusterResources = new("--include-cluster-resources") { Description = "true takes all cluster-scoped objects, false none", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<LabelSelector?> _selector = new("--selector", "-l")
    {
        Description = "only objects with these labels, as kubectl writes them",
        HelpName = "LABELS",
        CustomParser = static result => Parse(result, result.Tokens[0].Value),
    };

    private readonly Option<List<LabelSelector>?> _orSelectors = new("--or-selector")
    {
        Description = "objects that match any of these selectors; may be repeated",
        HelpName = "LABELS",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = static result => [.. result.Tokens.Select(token => Parse(result, token.Value)).OfType<LabelSelector>()],
    };

    public List<string>? IncludedNamespaces(ParseResult parsed) => parsed.GetList(_includedNamespaces);

    public List<string>? ExcludedNamespaces(ParseResult parsed) => parsed.GetList(_excludedNamespaces);

    public List<string>? IncludedResources(ParseResult parsed) => parsed.GetList(_includedResources);

    public List<string>? ExcludedResources(ParseResult parsed) => parsed.GetList(_excludedResources);

    public bool? IncludeClusterResources(ParseResult parsed) => parsed.GetValue(_clusterResources);

    public LabelSelector? Selector(ParseResult parsed) => parsed.GetValue(_selector);

    public List<LabelSelector>? OrSelectors(ParseResult parsed) => parsed.GetList(_orSelectors);

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _includedNamespaces, _excludedNamespaces, _includedResources, _excludedResources, _clusterResources, _selector, _orSelectors })
        {
            command.Add(option);
        }
    }

    /// <summary>Whether any of the options was given.</summary>
    public bool AnyGiven(ParseResult parsed) =>
        new Option[] { _includedNamespaces, _excludedNamespaces, _includedResources, _excludedResources, _clusterResources, _selector, _orSelectors }
            .Any(option => parsed.GetResult(option) is { Implicit: false });

    private static LabelSelector? Parse(System.CommandLine.Parsing.ArgumentResult result, string text)
    {
        try
        {
            return LabelSelectorText.Parse(text);
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return null;
        }
    }
}
