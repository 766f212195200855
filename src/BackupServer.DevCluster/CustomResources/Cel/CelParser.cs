namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>Parses CEL (the expression language of validation rules) with the macros that Kubernetes turns on.</summary>
internal sealed class CelParser
{
    private const int DeepestNesting = 200;
    private static readonly string[] Relations = ["<", "<=", ">", ">=", "==", "!=", "in"];
    private static readonly string[] Macros = ["all", "exists", "exists_one", "existsOne", "filter", "map"];
    private static readonly HashSet<string> Reserved =
        ["as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"];

    private readonly List<CelToken> _tokens;
    private int _at;
    private int _depth;

    private CelParser(string text) => _tokens = CelLexer.Tokens(text);

    private CelToken Current => _tokens[_at];

    /// <exception cref="CelException">The text is no expression.</exception>
    public static CelExpression Parse(string text)
    {
        var parser = new CelParser(text);
        var expression = parser.Conditional();
        return parser.Current.Kind == CelTokenKind.End ? expression : throw parser.Unexpected();
    }

    private CelExpression Conditional()
    {
        if (++_depth > DeepestNesting)
        {
            throw new CelException($"expression nests deeper than {DeepestNesting}");
        }

        var condition = Chain(["||"], () => Chain(["&&"], Relation));
        if (IsOperator("?"))
        {
            var position = Take().Position;
            var whenTrue = Chain(["||"], () => Chain(["&&"], Relation));
            Expect(":");
            condition = new CelExpression.Call("?:", null, [condition, whenTrue, Conditional()], position);
        }

        _depth--;
        return condition;
    }

    private CelExpression Relation() => Chain(Relations, () => Chain(["+", "-"], () => Chain(["*", "/", "%"], Unary)));

    private CelExpression Chain(string[] operators, Func<CelExpression> operand)
    {
        var left = operand();
        while (Current.Kind == CelTokenKind.Operator && operators.Contains(Current.Text))
        {
            var token = Take();
            left = new CelExpression.Call(token.Text, null, [left, operand()], token.Position);
        }

        return left;
    }

    private CelExpression Unary()
    {
        if (IsOperator("!") || IsOperator("-"))
        {
            if (++_depth > DeepestNesting)
            {
                throw new CelException($"expression nests deeper than {DeepestNesting}");
            }

            var token = Take();
            var operand = Unary();
            _depth--;
            return (token.Text, operand) switch
            {
                ("-", CelExpression.Literal { Value: long number }) => new CelExpression.Literal(unchecked(-number), token.Position),
                ("-", CelExpression.Literal { Value: double number }) => new CelExpression.Literal(-number, token.Position),
                ("-", _) => new CelExpression.Call("-_", null, [operand], token.Position),
                _ => new CelExpression.Call("!", null, [operand], token.Position),
            };
        }

        return Member();
    }

    private CelExpression Member()
    {
        var target = Primary();
        while (true)
        {
            if (IsOperator("."))
            {
                var position = Take().Position;
                var optional = IsOperator("?");
                if (optional)
                {
                    Take();
                }

                var name = Identifier(isField: true);
                target = IsOperator("(") && !optional
                    ? Method(target, name, position)
                    : new CelExpression.Select(target, name, IsTest: false, optional, position);
            }
            else if (IsOperator("["))
            {
                var position = Take().Position;
                var optional = IsOperator("?");
                if (optional)
                {
                    Take();
                }

                var key = Conditional();
                Expect("]");
                target = new CelExpression.Index(target, key, optional, position);
            }
            else
            {
                return target;
            }
        }
    }

    private CelExpression Method(CelExpression target, string name, int position)
    {
        var arguments = Arguments();
        if (target is CelExpression.Name { Identifier: "cel" } && name == "bind" && arguments is [CelExpression.Name bound, var value, var scope])
        {
            return new CelExpression.Bind(bound.Identifier, value, scope, position);
        }

        if (!Macros.Contains(name) || arguments is not [CelExpression.Name variable, ..])
        {
            return new CelExpression.Call(name, target, arguments, position);
        }

        var function = name == "existsOne" ? "exists_one" : name;
        return (function, arguments) switch
        {
            (_, [_, var body]) => new CelExpression.Macro(function, target, variable.Identifier, null, null, body, position),
            ("map", [_, var filter, var body]) => new CelExpression.Macro("map", target, variable.Identifier, null, filter, body, position),
            ("all" or "exists" or "exists_one", [_, CelExpression.Name second, var body]) =>
                new CelExpression.Macro(function, target, variable.Identifier, second.Identifier, null, body, position),
            _ => new CelExpression.Call(name, target, arguments, position),
        };
    }

    private CelExpression Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case CelTokenKind.Literal:
                Take();
                return new CelExpression.Literal(token.Value, token.Position);
            case CelTokenKind.Identifier:
                var name = Identifier(isField: false);
                return IsOperator("(") ? Function(name, token.Position) : new CelExpression.Name(name, token.Position);
            case CelTokenKind.Operator when token.Text == "(":
                Take();
                var inner = Conditional();
                Expect(")");
                return inner;
            case CelTokenKind.Operator when token.Text == "[":
                Take();
                return new CelExpression.ListOf(Items("]", Conditional), token.Position);
            case CelTokenKind.Operator when token.Text == "{":
                Take();
                return new CelExpression.MapOf(Items("}", Entry), token.Position);
            default:
                throw Unexpected();
        }
    }

    private CelExpression Function(string name, int position)
    {
        var arguments = Arguments();
        if (name != "has")
        {
            return new CelExpression.Call(name, null, arguments, position);
        }

        return arguments is [CelExpression.Select { IsOptional: false } select]
            ? select with { IsTest = true }
            : throw new CelException($"invalid argument to has() macro (column {position + 1}): a field selection is wanted");
    }

    private (CelExpression Key, CelExpression Value) Entry()
    {
        var key = Conditional();
        Expect(":");
        return (key, Conditional());
    }

    private List<CelExpression> Arguments()
    {
        Expect("(");
        return Items(")", Conditional);
    }

    private List<T> Items<T>(string close, Func<T> item)
    {
        var items = new List<T>();
        while (!IsOperator(close))
        {
            items.Add(item());
            if (!IsOperator(close))
            {
                Expect(",");
            }
        }

        Take();
        return items;
    }

    private string Identifier(bool isField)
    {
        var token = Take();
        return token.Kind != CelTokenKind.Identifier ? throw Unexpected(token)
            : !isField && Reserved.Contains(token.Text) ? throw new CelException($"reserved identifier: {token.Text} (column {token.Position + 1})")
            : token.Text;
    }

    private bool IsOperator(string text) => Current.Kind == CelTokenKind.Operator && Current.Text == text;

    private CelToken Take() => Current.Kind == CelTokenKind.End ? throw Unexpected() : _tokens[_at++];

    private void Expect(string text)
    {
        if (!IsOperator(text))
        {
            throw Unexpected();
        }

        _at++;
    }

    private CelException Unexpected(CelToken? token = null)
    {
        var found = token ?? Current;
        return new CelException(found.Kind == CelTokenKind.End
            ? "Syntax error: mismatched input '<EOF>'"
            : $"Syntax error: mismatched input '{(found.Text.Length > 0 ? found.Text : found.Value)}' (column {found.Position + 1})");
    }
}
