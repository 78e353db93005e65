using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>
/// Finds the text in a body that no database could keep: a NUL, which PostgreSQL's text cannot hold, and what is not Unicode (half a surrogate pair, bytes that are not UTF-8). It is refused
/// whichever database there is, and wherever in the body it stands: metadata and tags are kept as they came.
/// </summary>
internal static class StorableText
{
    private const int MostProblems = 100;

    /// <summary>What is wrong with the texts of a body, by the place where they stand.</summary>
    /// <param name="json">An object; known to be well-formed.</param>
    /// <returns>One problem a text, in order, the first hundred; usually none.</returns>
    public static List<FieldProblem> Problems(ReadOnlySpan<byte> json)
    {
        var problems = new List<FieldProblem>();
        if (Utf8.IsValid(json) && json.IndexOf("\\u"u8) < 0)
        {
            return problems;
        }

        var reader = new Utf8JsonReader(json);
        var place = new List<object>(); // of the value to come, below the body: names and indexes
        while (reader.Read() && problems.Count < MostProblems)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    place.Add(string.Empty);
                    break;
                case JsonTokenType.StartArray:
                    place.Add(0);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    place.RemoveAt(place.Count - 1);
                    Next(place);
                    break;
                case JsonTokenType.PropertyName:
                    var wrong = Problem(ref reader, out var name);
                    place[^1] = name ?? "?";
                    Report(wrong);
                    break;
                case JsonTokenType.String:
                    Report(Problem(ref reader, out _));
                    Next(place);
                    break;
                default:
                    Next(place);
                    break;
            }
        }

        return problems;

        void Report((string Message, string Type)? problem)
        {
            if (problem is { } found)
            {
                problems.Add(new FieldProblem(["body", .. place], found.Message, found.Type));
            }
        }
    }

    /// <summary>After a value, the next of an array has the next index.</summary>
    private static void Next(List<object> place)
    {
        if (place.Count > 0 && place[^1] is int index)
        {
            place[^1] = index + 1;
        }
    }

    private static (string Message, string Type)? Problem(ref Utf8JsonReader reader, out string? text)
    {
        text = null;
        var buffer = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var length = reader.CopyString(buffer);
            text = reader.TokenType == JsonTokenType.PropertyName ? new string(buffer, 0, length) : null;
            return buffer.AsSpan(0, length).Contains('\0') ? ("String should not contain NUL characters", "string_nul") : null;
        }
        catch (InvalidOperationException)
        {
            return ("Input should be a valid string, unable to read it as Unicode", "string_unicode");
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }
}
