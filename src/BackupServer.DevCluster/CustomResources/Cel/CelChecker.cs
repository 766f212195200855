namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>
/// Refuses, when a rule is written, what would fail whenever it runs: unknown names, functions and (where the schema declares them) fields.
/// </summary>
internal sealed class CelChecker(string text)
{
    /// <summary>Checks the tree with <c>self</c> and <c>oldSelf</c> bound to the schema.</summary>
    /// <returns>Whether the rule mentions oldSelf (a transition rule).</returns>
    /// <exception cref="CelException">The message is as the compiler of the API server prints it.</exception>
    public static bool Check(string text, CelExpression expression, StructuralSchema self, bool optionalOldSelf)
    {
        var checker = new CelChecker(text);
        var scope = new Dictionary<string, StructuralSchema?> { ["self"] = self, ["oldSelf"] = optionalOldSelf ? null : self };
        checker.Visit(expression, scope);
        return checker._usesOldSelf;
    }

    private bool _usesOldSelf;

    /// <summary>The schema of the expression's value where it is known, otherwise null.</summary>
    private StructuralSchema? Visit(CelExpression expression, Dictionary<string, StructuralSchema?> scope)
    {
        switch (expression)
        {
            case CelExpression.Name name:
                _usesOldSelf |= name.Identifier == "oldSelf";
                return scope.TryGetValue(name.Identifier, out var schema) ? schema
                    : CelFunctions.TypeNames.Contains(name.Identifier) ? null
                    : throw Error(name.Position, $"undeclared reference to '{name.Identifier}' (in container '')");
            case CelExpression.Select select:
                return Field(Visit(select.Target, scope), select);
            case CelExpression.Index index:
                Visit(index.Key, scope);
                var target = Visit(index.Target, scope);
                return target?.Items ?? target?.AdditionalProperties;
            case CelExpression.ListOf list:
                VisitAll(list.Items, scope);
                return null;
            case CelExpression.MapOf map:
                VisitAll(map.Entries.SelectMany(entry => new[] { entry.Key, entry.Value }), scope);
                return null;
            case CelExpression.Bind bind:
                return Visit(bind.Body, new Dictionary<string, StructuralSchema?>(scope) { [bind.Variable] = Visit(bind.Value, scope) });
            case CelExpression.Macro macro:
                Macro(macro, scope);
                return null;
            case CelExpression.Call call:
                return Call(call, scope);
            default:
                return null;
        }
    }

    private void VisitAll(IEnumerable<CelExpression> expressions, Dictionary<string, StructuralSchema?> scope)
    {
        foreach (var expression in expressions)
        {
            Visit(expression, scope);
        }
    }

    private StructuralSchema? Field(StructuralSchema? target, CelExpression.Select select)
    {
        if (target is null)
        {
            return null;
        }

        if (target.IsDeclaredObject || target.IsEmbeddedResource)
        {
            return target.Child(CelNames.Unescape(select.Field)) is { } child
                ? child
                : target.IsEmbeddedResource && select.Field is "apiVersion" or "kind" or "metadata" ? null
                : throw Error(select.Position, $"undefined field '{select.Field}'");
        }

        return target.AdditionalProperties;
    }

    private void Macro(CelExpression.Macro macro, Dictionary<string, StructuralSchema?> scope)
    {
        var range = Visit(macro.Range, scope);
        var inner = new Dictionary<string, StructuralSchema?>(scope) { [macro.Variable] = macro.Second is null ? range?.Items : null };
        if (macro.Second is not null)
        {
            inner[macro.Second] = range?.Items ?? range?.AdditionalProperties;
        }

        if (macro.Filter is not null)
        {
            Visit(macro.Filter, inner);
        }

        Visit(macro.Body, inner);
    }

    private StructuralSchema? Call(CelExpression.Call call, Dictionary<string, StructuralSchema?> scope)
    {
        VisitAll(call.Arguments, scope);
        if (call.Target is CelExpression.Name { Identifier: var space } && !scope.ContainsKey(space)
            && CelFunctions.Find($"{space}.{call.Function}", isMethod: false, call.Arguments.Count) is not null)
        {
            return null;
        }

        if (call.Target is not null)
        {
            Visit(call.Target, scope);
        }

        return CelFunctions.Find(call.Function, call.Target is not null, call.Arguments.Count) is null
            ? throw Error(call.Position, $"undeclared reference to '{call.Function}' (in container '')")
            : null;
    }

    private CelException Error(int position, string message)
    {
        var lines = text[..Math.Min(position, text.Length)].Split('\n');
        var line = text.Split('\n')[lines.Length - 1];
        return new CelException($"ERROR: <input>:{lines.Length}:{lines[^1].Length + 1}: {message}\n | {line}\n | {new string('.', lines[^1].Length)}^");
    }
}
