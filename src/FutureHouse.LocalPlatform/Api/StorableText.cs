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
    /// <summary>What is wrong with the texts of a body, by the member they are in.</summary>
    /// <param name="json">An object; known to be well-formed.</param>
    /// <returns>One problem a member, in order; usually none.</returns>
    public static List<FieldProblem> Problems(ReadOnlySpan<byte> json)
    {
        var problems = new List<FieldProblem>();
        if (Utf8.IsValid(json) && json.IndexOf("\\u"u8) < 0)
        {
            return problems;
        }

        var reader = new Utf8JsonReader(json);
        var member = string.Empty;
        var isReported = false;
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String))
            {
                continue;
            }

            var problem = Problem(ref reader, out var text);
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                (member, isReported) = (text ?? "?", false);
            }

            if (problem is { } found && !isReported)
            {
                isReported = true;
                problems.Add(new FieldProblem(["body", member], found.Message, found.Type));
            }
        }

        return problems;
    }

    private static (string Message, string Type)? Problem(ref Utf8JsonReader reader, out string? text)
    {
        text = null;
        var buffer = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var length = reader.CopyString(buffer);
            text = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 ? new string(buffer, 0, length) : null;
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
