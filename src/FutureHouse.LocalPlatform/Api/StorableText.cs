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
    /// <summary>What is wrong with the texts of a body, and where.</summary>
    /// <param name="json">An object; known to be well-formed.</param>
    /// <returns>The first problem of each member, in order; usually none.</returns>
    public static List<FieldProblem> Problems(ReadOnlySpan<byte> json)
    {
        var problems = new List<FieldProblem>();
        if (Utf8.IsValid(json) && json.IndexOf("\\u"u8) < 0)
        {
            return problems;
        }

        var reader = new Utf8JsonReader(json);
        var path = new List<object> { "body" }; // name or index, one for each level
        var isReported = false;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                path.RemoveAt(path.Count - 1);
                continue;
            }

            if (path[^1] is int index)
            {
                path[^1] = index + 1;
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                path.Add(reader.TokenType == JsonTokenType.StartArray ? -1 : string.Empty);
            }
            else if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
            {
                var problem = Problem(ref reader, out var name);
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    path[^1] = name;
                    isReported &= path.Count > 2;
                }

                if (problem is { } found && !isReported)
                {
                    isReported = true;
                    problems.Add(new FieldProblem([.. path], found.Message, found.Type));
                }
            }
        }

        return problems;
    }

    private static (string Message, string Type)? Problem(ref Utf8JsonReader reader, out string name)
    {
        name = "?";
        var buffer = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var length = reader.CopyString(buffer);
            if (buffer.AsSpan(0, length).Contains('\0'))
            {
                return ("String should not contain NUL characters", "string_nul");
            }

            name = reader.TokenType == JsonTokenType.PropertyName ? new string(buffer, 0, length) : name;
            return null;
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
