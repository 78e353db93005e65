using System.Net;
using System.Text;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>Text that no database can hold, in every place that takes text: refused as such, by whichever database.</summary>
public sealed class UnstorableTextTests
{
    private const string Base = "/v0.1/data-storage";

    public static TheoryData<bool> Databases => [false, true];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Is_422_and_never_500(bool onPostgres)
    {
        await using var platform = await PlatformFixture.StartAsync(onPostgres: onPostgres);
        using var ann = await platform.LogInAsync();
        using var made = await ann.PostAsync(Base + "/data-entries", Json("""{"name":"e","content":"x"}"""));
        var (text, id) = (await made.Content.ReadAsStringAsync(), string.Empty);
        id = System.Text.Json.JsonElement.Parse(text).GetProperty("data_storage").GetProperty("id").GetString();
        using var space = await ann.PostAsync(Base + "/workspaces", Json("""{"name":"w"}"""));
        var workspace = System.Text.Json.JsonElement.Parse(await space.Content.ReadAsStringAsync()).GetProperty("data_storage").GetProperty("id").GetString();
        var (entry, revision) = ($"PATCH {Base}/data-entries/{id}", $"\"revision_id\":\"{Guid.NewGuid()}\",\"base_revision_id\":\"{Guid.NewGuid()}\"");
        (string Route, string Body)[] bodies =
        [
            ($"POST {Base}/search", """{"text_query":"?"}"""),
            ($"POST {Base}/search", """{"filter_logic":"?"}"""),
            ($"POST {Base}/search", """{"highlight":true,"highlight_fields":["?"]}"""),
            ($"POST {Base}/search", """{"criteria":[{"field":"?","operator":"equals","value":"x"}]}"""),
            ($"POST {Base}/search", """{"criteria":[{"field":"metadata.?","operator":"equals","value":"x"}]}"""),
            ($"POST {Base}/search", """{"criteria":[{"field":"name","operator":"?","value":"x"}]}"""),
            .. new[] { "name", "content", "file_path", "tags", "id", "created_at", "size", "location", "user_id", "metadata.a", "is_collection" }.SelectMany(field => new[] { "\"?\"", "[\"x\",\"?\"]" }.Select(value =>
                ($"POST {Base}/search", $$"""{"criteria":[{"field":"{{field}}","operator":"{{(value[0] == '[' ? "in" : "equals")}}","value":{{value}}}]}"""))),
            ($"POST {Base}/similarity-search", """{"embedding":[1],"tags":["?"]}"""),
            ($"POST {Base}/similarity-search", """{"embedding":[1],"user_id":"?"}"""),
            ($"POST {Base}/workspaces", """{"name":"?"}"""),
            ($"POST {Base}/workspaces", """{"name":"w","description":"?"}"""),
            ($"POST {Base}/workspaces", """{"name":"w","tags":["?"]}"""),
            ($"PATCH {Base}/workspaces/{workspace}", """{"name":"?"}"""),
            (entry, $$"""{{{revision}},"content":"?"}"""),
            (entry, $$"""{{{revision}},"content":"x","name":"?"}"""),
            (entry, $$"""{{{revision}},"content":"x","description":"?"}"""),
            (entry, """{"revision_id":"?","base_revision_id":"?"}"""),
            (entry, """{"tags":["?"]}"""),
            (entry, """{"share_status":"shared","permitted_accessors":{"users":["?"]}}"""),
            .. new[] { "storage_type", "content_type", "location" }.Select(member => ($"POST {Base}/data-entries", $$$"""{"name":"s","existing_location":{"storage_type":"link","content_type":"text","{{{member}}}":"?"}}""")),
            ($"POST {Base}/data-entries", """{"name":"s","existing_location":{"storage_type":"link","content_type":"text","location":"u","metadata":{"a":["?"]}}}"""),
            ($"POST {Base}/data-entries", """{"name":"s","existing_location":{"storage_type":"link","content_type":"text","location":"u","content_schema":{"?":1}}}"""),
            ($"POST {Base}/data-entries", """{"name":"s","existing_location":{"storage_type":"pg_table","content_type":"text","metadata":{"table_name":"?","row_id":"?"}}}"""),
            ($"POST {Base}/datasets", """{"name":"d","description":"?"}"""),
        ];
        foreach (var (route, body) in bodies)
        {
            foreach (var bad in new[] { "a\\u0000b", "\\ud800", "x\\udc00\\ud800" })
            {
                using var request = new HttpRequestMessage(new HttpMethod(route.Split(' ')[0]), route.Split(' ')[1]) { Content = Json(body.Replace("?", bad, StringComparison.Ordinal)) };
                using var answer = await ann.SendAsync(request);
                Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"{route} {body} {bad}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                Assert.StartsWith("{\"detail\":", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }

        foreach (var query in new[] { $"provenance/data-entries?actor_id=a%00b", $"provenance/data-entries?actor_id=a&operation=create%00", $"data-entries/{id}/revisions?limit=%001", $"data-entries/{id}?version=%000", $"data-entries/{id}?revision_id=%00" })
        {
            using var answer = await ann.GetAsync($"{Base}/{query}");
            Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"{query}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            Assert.StartsWith("{\"detail\":", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
