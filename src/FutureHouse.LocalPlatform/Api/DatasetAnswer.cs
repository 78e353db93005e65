using System.Text.Json;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>Writes a dataset's answer, its entries in the order of creation (Protocol §3).</summary>
internal sealed class DatasetAnswer(PlatformStore store)
{
    public Task WriteAsync(HttpContext context, DatasetRow dataset)
    {
        var caller = context.Caller();
        return StreamedAnswer.WriteAsync(
            context,
            store,
            json =>
            {
                json.WritePropertyName("dataset");
                JsonSerializer.Serialize(json, EntryAnswers.Dataset(dataset), JsonSerializerOptions.Web);
            },
            "data_storage_entries",
            (database, after) => ListedEntry.Of(EntryAccess.Readable(database.Entries, caller).Where(e => e.DatasetId == dataset.Id && e.Key > after).OrderBy(e => e.Key)),
            row => (row.Entry.Key, row.Answer()));
    }
}
