using System.CommandLine;

namespace BackupServer.Cli.Objects;

/// <summary>Arguments and options that say which objects are meant.</summary>
internal sealed class SelectionOptions
{
    private readonly Argument<string[]> _names = new("NAME") { Description = "names; none for all that match", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _selector = new("--selector", "-l") { Description = "only objects with these labels, as kubectl writes them", HelpName = "LABELS" };
    private readonly Option<bool> _allNamespaces = new("--all-namespaces", "-A") { Description = "of every namespace" };
    private readonly Option<bool> _all = new("--all") { Description = "all of the namespace" };

    /// <summary>Declares what reading needs: names, <c>-l</c>, <c>-A</c>.</summary>
    public void AddForReading(Command command)
    {
        command.Add(_names);
        command.Add(_selector);
        command.Add(_allNamespaces);
    }

    /// <summary>Declares what changing needs: names, <c>-l</c>, <c>--all</c>; one of them must be said.</summary>
    public void AddForChanging(Command command)
    {
        command.Add(_names);
        command.Add(_selector);
        command.Add(_all);
        command.Validators.Add(result =>
        {
            var ways = (result.GetValue(_names) is { Length: > 0 } ? 1 : 0) + (result.GetValue(_selector) is null ? 0 : 1) + (result.GetValue(_all) ? 1 : 0);
            if (ways != 1)
            {
                result.AddError("say which: names, --selector or --all");
            }
        });
    }

    /// <summary>What was said.</summary>
    public ObjectSelection Read(ParseResult parsed) =>
        new(parsed.GetValue(_names) ?? [], parsed.GetValue(_selector), parsed.GetValue(_all), parsed.GetValue(_allNamespaces));
}
