using System.Text;
using System.Text.Json;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>A file of rows: a JSON object with an <c>id</c> on each line; empty lines are passed over.</summary>
internal static class RowsFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the rows, one at a time.</summary>
    /// <exception cref="ArgumentException">The file cannot be read, or a line is not as it must be; the message names file and line.</exception>
    public static IEnumerable<(string Id, string Json)> Read(string file, long largestRow)
    {
        var lineOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var number = 0;
        using var lines = Lines(file).GetEnumerator();
        while (Next(lines, file, number))
        {
            number++;
            var line = lines.Current.Trim();
            if (line.Length == 0)
            {
                continue;
            }

            if (Encoding.UTF8.GetByteCount(line) > largestRow)
            {
                throw Wrong(file, number, $"the row has more than the {largestRow} bytes that are given");
            }

            var id = Id(line, file, number);
            if (!lineOf.TryAdd(id, number))
            {
                throw Wrong(file, number, $"the id '{PostgresTables.Shown(id)}' is that of line {lineOf[id]} already");
            }

            yield return (id, line);
        }
    }

    /// <summary>The form in which an id is kept and asked for: of a UUID the one with dashes in lower case, of everything else its own.</summary>
    public static string Key(string id) => Guid.TryParse(id, out var uuid) ? uuid.ToString("D") : id;

    private static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(file, Strict);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static bool Next(IEnumerator<string> lines, string file, int done)
    {
        try
        {
            return lines.MoveNext();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"--table: the rows '{file}' cannot be read: {e.Message}", e);
        }
        catch (DecoderFallbackException e)
        {
            throw new ArgumentException($"--table: '{file}' is not UTF-8 after line {done}.", e);
        }
    }

    private static string Id(string line, string file, int number)
    {
        JsonElement row;
        try
        {
            row = JsonElement.Parse(line);
        }
        catch (JsonException e)
        {
            throw Wrong(file, number, $"this is no JSON (column {e.BytePositionInLine + 1})");
        }

        if (row.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(file, number, "this is no JSON object");
        }

        var id = row.TryGetProperty("id", out var value) ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        }
        : null;
        return string.IsNullOrWhiteSpace(id) ? throw Wrong(file, number, "the row has no 'id' that is a text or a number") : Key(id);
    }

    private static ArgumentException Wrong(string file, int number, string what) => new($"--table: '{file}', line {number}: {what}.");
}
