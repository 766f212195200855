namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>Evaluates a syntax tree. Errors of one side of &amp;&amp; and || vanish when the other side decides.</summary>
internal sealed class CelEvaluator(CelBudget budget)
{
    /// <exception cref="CelException">The expression has no value: missing key, wrong type, cost.</exception>
    public object? Evaluate(CelExpression expression, CelScope? scope)
    {
        budget.Spend(1);
        return expression switch
        {
            CelExpression.Literal literal => literal.Value,
            CelExpression.Name name => Name(name, scope),
            CelExpression.Select select => Select(select, scope),
            CelExpression.Index index => Index(index, scope),
            CelExpression.ListOf list => new CelList([.. list.Items.Select(item => Evaluate(item, scope))]),
            CelExpression.MapOf map => Map(map, scope),
            CelExpression.Bind bind => Evaluate(bind.Body, new CelScope(bind.Variable, Evaluate(bind.Value, scope), scope)),
            CelExpression.Macro macro => Macro(macro, scope),
            CelExpression.Call call => Call(call, scope),
            _ => throw new CelException("unknown expression"),
        };
    }

    private static object? Name(CelExpression.Name name, CelScope? scope) =>
        CelScope.TryGet(scope, name.Identifier, out var value) ? value
        : CelFunctions.TypeNames.Contains(name.Identifier) ? new CelType(name.Identifier)
        : throw new CelException($"undeclared reference to '{name.Identifier}'");

    private object? Select(CelExpression.Select select, CelScope? scope)
    {
        var target = Evaluate(select.Target, scope);
        var optional = select.IsOptional || target is CelOptional;
        if (target is CelOptional { HasValue: false })
        {
            return CelOptional.None;
        }

        target = target is CelOptional { HasValue: true } inner ? inner.Value : target;
        if (target is not CelMap map)
        {
            throw new CelException($"no such overload: {CelValues.TypeName(target)}.{select.Field}");
        }

        var found = map.TryGet(select.Field, out var value);
        return select.IsTest ? found && (value is not null || !found)
            : optional ? found ? CelOptional.Of(value) : CelOptional.None
            : found ? value
            : throw new CelException($"no such key: {select.Field}");
    }

    private object? Index(CelExpression.Index index, CelScope? scope)
    {
        var target = Evaluate(index.Target, scope);
        var key = Evaluate(index.Key, scope);
        var optional = index.IsOptional || target is CelOptional;
        if (target is CelOptional { HasValue: false })
        {
            return CelOptional.None;
        }

        target = target is CelOptional { HasValue: true } inner ? inner.Value : target;
        var found = TryIndex(target, key, out var value);
        return optional ? found ? CelOptional.Of(value) : CelOptional.None
            : found ? value
            : throw new CelException(target is CelList ? $"index out of bounds: {CelValues.Text(key)}" : $"no such key: {CelValues.Text(key)}");
    }

    private static bool TryIndex(object? target, object? key, out object? value)
    {
        value = null;
        switch (target, key)
        {
            case (CelList list, long or ulong or double):
                var at = Convert.ToInt64(key);
                if (at < 0 || at >= list.Items.Count)
                {
                    return false;
                }

                value = list.Items[(int)at];
                return true;
            case (CelMap map, not null):
                return map.TryGet(key, out value);
            default:
                throw new CelException($"no such overload: {CelValues.TypeName(target)}[{CelValues.TypeName(key)}]");
        }
    }

    private CelMap Map(CelExpression.MapOf map, CelScope? scope)
    {
        var entries = new Dictionary<object, object?>();
        foreach (var (key, value) in map.Entries)
        {
            var name = Evaluate(key, scope) ?? throw new CelException("unsupported key type: null_type");
            if (!entries.TryAdd(name, Evaluate(value, scope)))
            {
                throw new CelException($"Failed with repeated key: {CelValues.Text(name)}");
            }
        }

        return new CelMap(entries);
    }

    private object? Call(CelExpression.Call call, CelScope? scope)
    {
        switch (call.Function)
        {
            case "&&" or "||":
                return Logic(call, scope);
            case "?:":
                return Evaluate(call.Arguments[Bool(Evaluate(call.Arguments[0], scope)) ? 1 : 2], scope);
            case "orValue" when call.Target is not null && Evaluate(call.Target, scope) is CelOptional optional:
                return optional.HasValue ? optional.Value : Evaluate(call.Arguments[0], scope);
            case "or" when call.Target is not null && Evaluate(call.Target, scope) is CelOptional first:
                return first.HasValue ? first : Evaluate(call.Arguments[0], scope);
            default:
                break;
        }

        var (target, function) = Resolve(call);
        var arguments = target is null
            ? [.. call.Arguments.Select(argument => Evaluate(argument, scope))]
            : call.Arguments.Select(argument => Evaluate(argument, scope)).Prepend(Evaluate(target, scope)).ToArray();
        budget.Spend(arguments.Sum(Weight));
        return function(arguments);
    }

    /// <summary>Functions in a namespace (sets.contains, optional.of) are parsed as methods of a name.</summary>
    private static (CelExpression? Target, Func<object?[], object?> Function) Resolve(CelExpression.Call call)
    {
        if (call.Target is CelExpression.Name { Identifier: var space } && CelFunctions.Find($"{space}.{call.Function}", isMethod: false, call.Arguments.Count) is { } qualified)
        {
            return (null, qualified);
        }

        return (call.Target, CelFunctions.Find(call.Function, call.Target is not null, call.Arguments.Count)
            ?? throw new CelException($"undeclared reference to '{call.Function}'"));
    }

    private bool Logic(CelExpression.Call call, CelScope? scope)
    {
        var decisive = call.Function == "||";
        CelException? failure = null;
        foreach (var side in call.Arguments)
        {
            try
            {
                if (Bool(Evaluate(side, scope)) == decisive)
                {
                    return decisive;
                }
            }
            catch (CelException e)
            {
                failure ??= e;
            }
        }

        return failure is null ? !decisive : throw failure;
    }

    private object? Macro(CelExpression.Macro macro, CelScope? scope)
    {
        var range = Evaluate(macro.Range, scope);
        var elements = range switch
        {
            CelList list => list.Items.Select((item, at) => (Key: (object?)(long)at, Value: item, Single: item)),
            CelMap map => map.Keys.Select(key => (Key: (object?)key, Value: map.TryGet(key, out var value) ? value : null, Single: (object?)key)),
            _ => throw new CelException($"no such overload: {macro.Function}({CelValues.TypeName(range)})"),
        };

        CelScope Bind((object? Key, object? Value, object? Single) element) => macro.Second is null
            ? new CelScope(macro.Variable, element.Single, scope)
            : new CelScope(macro.Second, element.Value, new CelScope(macro.Variable, element.Key, scope));

        return macro.Function switch
        {
            "map" => new CelList([.. elements.Select(Bind)
                .Where(inner => macro.Filter is null || Bool(Evaluate(macro.Filter, inner)))
                .Select(inner => Evaluate(macro.Body, inner))]),
            "filter" => new CelList([.. elements.Where(element => Bool(Evaluate(macro.Body, Bind(element)))).Select(element => element.Single)]),
            "exists_one" => elements.Count(element => Bool(Evaluate(macro.Body, Bind(element)))) == 1,
            _ => Quantified(macro, elements.Select(Bind)),
        };
    }

    private bool Quantified(CelExpression.Macro macro, IEnumerable<CelScope> scopes)
    {
        var decisive = macro.Function == "exists";
        CelException? failure = null;
        foreach (var inner in scopes)
        {
            try
            {
                if (Bool(Evaluate(macro.Body, inner)) == decisive)
                {
                    return decisive;
                }
            }
            catch (CelException e)
            {
                failure ??= e;
            }
        }

        return failure is null ? !decisive : throw failure;
    }

    private static bool Bool(object? value) =>
        value is bool flag ? flag : throw new CelException($"no such overload: {CelValues.TypeName(value)} where bool is wanted");

    private static long Weight(object? value) => value switch
    {
        string text => 1 + (text.Length / 10),
        CelList list => 1 + list.Items.Count,
        CelMap map => 1 + map.Count,
        _ => 1,
    };
}
