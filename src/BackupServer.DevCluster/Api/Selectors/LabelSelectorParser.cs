using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Api.Selectors;

/// <summary>Parser of label selector text; every refusal has the API server's words (source: the recorded transcripts).</summary>
internal sealed class LabelSelectorParser
{
    private static readonly string[] Symbols = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"];
    private readonly List<string> _tokens = [];
    private int _position;

    public LabelSelectorParser(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var symbol = Symbols.FirstOrDefault(s => string.CompareOrdinal(text, i, s, 0, s.Length) == 0);
            var end = i + (symbol?.Length ?? 0);
            while (symbol is null && end < text.Length && !char.IsWhiteSpace(text[end]) && !"=!(),><".Contains(text[end]))
            {
                end++;
            }

            _tokens.Add(text[i..end]);
            i = end;
        }
    }

    private string Next => _position < _tokens.Count ? _tokens[_position] : "";

    private bool NextIsIdentifier => Next.Length > 0 && !"=!(),><".Contains(Next[0]);

    public LabelSelector Parse()
    {
        var requirements = new List<LabelRequirement>();
        while (true)
        {
            if (Next.Length == 0)
            {
                return new LabelSelector(requirements);
            }

            if (!NextIsIdentifier && Next != "!")
            {
                throw ApiErrors.BadRequest($"found '{Next}', expected: !, identifier, or 'end of string'");
            }

            requirements.Add(ParseRequirement());
            if (Next.Length == 0)
            {
                return new LabelSelector(requirements);
            }

            if (Take() is var separator && separator != ",")
            {
                throw ApiErrors.BadRequest($"found '{separator}', expected: ',' or 'end of string'");
            }

            if (!NextIsIdentifier && Next != "!")
            {
                throw ApiErrors.BadRequest($"found '{Next}', expected: identifier after ','");
            }
        }
    }

    private LabelRequirement ParseRequirement()
    {
        var absent = Next == "!";
        if (absent)
        {
            Take();
        }

        if (!NextIsIdentifier)
        {
            throw Broken($"found '{Next}', expected: identifier");
        }

        var key = Take();
        if (absent || Next.Length == 0 || Next == ",")
        {
            return Checked(new LabelRequirement(key, absent ? LabelOperator.Absent : LabelOperator.Exists, []));
        }

        var text = Take();
        return Checked(text switch
        {
            "in" => new LabelRequirement(key, LabelOperator.In, ParseSet()),
            "notin" => new LabelRequirement(key, LabelOperator.NotIn, ParseSet()),
            "=" or "==" => new LabelRequirement(key, LabelOperator.In, [ParseValue()]),
            "!=" => new LabelRequirement(key, LabelOperator.NotIn, [ParseValue()]),
            ">" => new LabelRequirement(key, LabelOperator.Greater, [ParseValue()]),
            "<" => new LabelRequirement(key, LabelOperator.Less, [ParseValue()]),
            _ => throw Broken($"found '{text}', expected: in, notin, =, ==, !=, gt, lt"),
        });
    }

    private string ParseValue()
    {
        if (Next.Length == 0 || Next == ",")
        {
            return "";
        }

        return NextIsIdentifier ? Take() : throw Broken($"found '{Next}', expected: identifier");
    }

    private List<string> ParseSet()
    {
        if (Next != "(")
        {
            throw Broken($"found '{Next}' expected: '('");
        }

        Take();
        var values = new List<string>();
        while (true)
        {
            values.Add(NextIsIdentifier ? Take() : "");
            if (Next is ")")
            {
                Take();
                return values;
            }

            if (Next is not ",")
            {
                throw Broken($"found '{Next}', expected: ',' or ')'");
            }

            Take();
        }
    }

    private static LabelRequirement Checked(LabelRequirement requirement)
    {
        foreach (var problem in Names.QualifiedName(requirement.Key))
        {
            throw Broken($"<nil>: Invalid value: \"{requirement.Key}\": {problem}");
        }

        for (var i = 0; i < requirement.Values.Count; i++)
        {
            var value = requirement.Values[i];
            if (requirement.Operator is LabelOperator.Greater or LabelOperator.Less && !long.TryParse(value, out _))
            {
                throw Broken($"values[{i}][{requirement.Key}]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer");
            }

            foreach (var problem in Names.LabelValue(value))
            {
                throw Broken($"values[{i}][{requirement.Key}]: Invalid value: \"{value}\": {problem}");
            }
        }

        return requirement;
    }

    private string Take() => _position < _tokens.Count ? _tokens[_position++] : "";

    private static ApiStatusException Broken(string message) => ApiErrors.BadRequest("unable to parse requirement: " + message);
}
