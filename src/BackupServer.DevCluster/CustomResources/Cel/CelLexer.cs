using System.Globalization;
using System.Text;

namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>Splits the text of a CEL expression into tokens.</summary>
internal sealed class CelLexer(string text)
{
    private static readonly string[] Operators =
        ["&&", "||", "<=", ">=", "==", "!=", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "<", ">", "+", "-", "*", "/", "%", "!"];

    private int _at;

    /// <exception cref="CelException">A character or literal that CEL does not have.</exception>
    public static List<CelToken> Tokens(string text)
    {
        var lexer = new CelLexer(text);
        var tokens = new List<CelToken>();
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != CelTokenKind.End);
        return tokens;
    }

    private CelToken Next()
    {
        SkipBlanks();
        var start = _at;
        if (_at >= text.Length)
        {
            return new CelToken(CelTokenKind.End, "", null, start);
        }

        var c = text[_at];
        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
        {
            return new CelToken(CelTokenKind.Literal, "", Number(), start);
        }

        if (StringPrefix() is { } prefix)
        {
            return new CelToken(CelTokenKind.Literal, "", Text(prefix), start);
        }

        if (char.IsAsciiLetter(c) || c == '_')
        {
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
            {
                _at++;
            }

            return Word(text[start.._at], start);
        }

        var found = Array.Find(Operators, o => string.CompareOrdinal(text, _at, o, 0, o.Length) == 0)
            ?? throw new CelException($"Syntax error: token recognition error at: '{c}' (column {_at + 1})");
        _at += found.Length;
        return new CelToken(CelTokenKind.Operator, found, null, start);
    }

    private static CelToken Word(string word, int start) => word switch
    {
        "true" => new CelToken(CelTokenKind.Literal, word, true, start),
        "false" => new CelToken(CelTokenKind.Literal, word, false, start),
        "null" => new CelToken(CelTokenKind.Literal, word, null, start),
        "in" => new CelToken(CelTokenKind.Operator, word, null, start),
        _ => new CelToken(CelTokenKind.Identifier, word, null, start),
    };

    private void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
            else if (string.CompareOrdinal(text, _at, "//", 0, 2) == 0)
            {
                var end = text.IndexOf('\n', _at);
                _at = end < 0 ? text.Length : end;
            }
            else
            {
                return;
            }
        }
    }

    private object Number()
    {
        var start = _at;
        if (text[_at] == '0' && _at + 1 < text.Length && text[_at + 1] is 'x' or 'X')
        {
            _at += 2;
            while (_at < text.Length && char.IsAsciiHexDigit(text[_at]))
            {
                _at++;
            }

            return Integer(text[(start + 2).._at], NumberStyles.AllowHexSpecifier);
        }

        Digits();
        var isDouble = false;
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            isDouble = true;
            _at++;
            Digits();
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            isDouble = true;
            _at++;
            _at += _at < text.Length && text[_at] is '+' or '-' ? 1 : 0;
            Digits();
        }

        return isDouble ? double.Parse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture) : Integer(text[start.._at], NumberStyles.None);
    }

    private object Integer(string digits, NumberStyles style)
    {
        if (_at < text.Length && text[_at] is 'u' or 'U')
        {
            _at++;
            return ulong.TryParse(digits, style, null, out var unsigned) ? unsigned : throw new CelException($"invalid uint literal {digits}");
        }

        // 9223372036854775808 is legal only behind a minus; the parser folds it.
        return long.TryParse(digits, style, null, out var number) ? number
            : digits == "9223372036854775808" ? long.MinValue
            : throw new CelException($"invalid int literal {digits}");
    }

    private void Digits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }
    }

    /// <summary>The prefix of a string literal that begins here ("", r, b, rb), or null.</summary>
    private string? StringPrefix()
    {
        var end = _at;
        while (end < text.Length && end - _at < 2 && text[end] is 'r' or 'R' or 'b' or 'B')
        {
            end++;
        }

        return end < text.Length && text[end] is '"' or '\'' ? text[_at..end].ToLowerInvariant() : null;
    }

    private object Text(string prefix)
    {
        _at += prefix.Length;
        var quote = text[_at];
        var triple = _at + 2 < text.Length && text[_at + 1] == quote && text[_at + 2] == quote;
        var close = new string(quote, triple ? 3 : 1);
        _at += close.Length;
        var value = new StringBuilder();
        while (string.CompareOrdinal(text, _at, close, 0, close.Length) != 0)
        {
            if (_at >= text.Length || (!triple && text[_at] == '\n'))
            {
                throw new CelException("Syntax error: string literal without an end");
            }

            if (text[_at] == '\\' && !prefix.Contains('r'))
            {
                Escape(value);
            }
            else
            {
                value.Append(text[_at++]);
            }
        }

        _at += close.Length;
        return prefix.Contains('b') ? Encoding.UTF8.GetBytes(value.ToString()) : value.ToString();
    }

    private void Escape(StringBuilder value)
    {
        if (++_at >= text.Length)
        {
            throw new CelException("Syntax error: string literal without an end");
        }

        var c = text[_at++];
        var simple = "abfnrtv\\?\"'`".IndexOf(c, StringComparison.Ordinal);
        if (simple >= 0)
        {
            value.Append("\a\b\f\n\r\t\v\\?\"'`"[simple]);
            return;
        }

        var (digits, style) = c switch
        {
            'x' or 'X' => (2, NumberStyles.AllowHexSpecifier),
            'u' => (4, NumberStyles.AllowHexSpecifier),
            'U' => (8, NumberStyles.AllowHexSpecifier),
            >= '0' and <= '3' => (3, NumberStyles.None),
            _ => throw new CelException($"Syntax error: unknown escape \\{c}"),
        };
        _at -= style == NumberStyles.None ? 1 : 0;
        if (_at + digits > text.Length)
        {
            throw new CelException($"Syntax error: escape \\{c} without its digits");
        }

        var number = text.Substring(_at, digits);
        _at += digits;
        try
        {
            value.Append(char.ConvertFromUtf32(style == NumberStyles.None ? Convert.ToInt32(number, 8) : Convert.ToInt32(number, 16)));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new CelException($"Syntax error: escape \\{c}{number} is no character");
        }
    }
}
