using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FutureHouse.LocalPlatform.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Reach : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_Entries",
                table: "Entries");

            migrationBuilder.DropIndex(
                name: "IX_Entries_DatasetId",
                table: "Entries");

            migrationBuilder.DropIndex(
                name: "IX_Entries_UserId",
                table: "Entries");

            migrationBuilder.AddColumn<int>(
                name: "Ordinal",
                table: "LocationRow",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "Key",
                table: "Entries",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L)
                .Annotation("Sqlite:Autoincrement", true);

            migrationBuilder.AddColumn<int>(
                name: "Generation",
                table: "Entries",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<byte[]>(
                name: "UnitEmbedding",
                table: "Entries",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Version",
                table: "Entries",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddUniqueConstraint(
                name: "AK_Entries_Id",
                table: "Entries",
                column: "Id");

            migrationBuilder.AddPrimaryKey(
                name: "PK_Entries",
                table: "Entries",
                column: "Key");

            migrationBuilder.CreateTable(
                name: "Provenance",
                columns: table => new
                {
                    Key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ActorId = table.Column<string>(type: "TEXT", nullable: false),
                    Operation = table.Column<string>(type: "TEXT", nullable: false),
                    EntryId = table.Column<Guid>(type: "TEXT", nullable: false),
                    UserId = table.Column<string>(type: "TEXT", nullable: false),
                    AtTicks = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Provenance", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "Revisions",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    EntryId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    ParentRevisionId = table.Column<Guid>(type: "TEXT", nullable: true),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Description = table.Column<string>(type: "TEXT", nullable: true),
                    Content = table.Column<string>(type: "TEXT", nullable: true),
                    FilePath = table.Column<string>(type: "TEXT", nullable: true),
                    ObjectName = table.Column<string>(type: "TEXT", nullable: true),
                    MetadataJson = table.Column<string>(type: "TEXT", nullable: true),
                    EmbeddingJson = table.Column<string>(type: "TEXT", nullable: true),
                    StorageType = table.Column<string>(type: "TEXT", nullable: false),
                    ContentType = table.Column<string>(type: "TEXT", nullable: false),
                    Location = table.Column<string>(type: "TEXT", nullable: true),
                    LocationMetadataJson = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    TrajectoryId = table.Column<string>(type: "TEXT", nullable: true),
                    CreatedTicks = table.Column<long>(type: "INTEGER", nullable: false),
                    PublishedTicks = table.Column<long>(type: "INTEGER", nullable: true),
                    RequestHash = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Revisions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Revisions_Entries_EntryId",
                        column: x => x.EntryId,
                        principalTable: "Entries",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "SourceTables",
                columns: table => new
                {
                    Table = table.Column<string>(type: "TEXT", nullable: false),
                    RowId = table.Column<string>(type: "TEXT", nullable: false),
                    Json = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SourceTables", x => new { x.Table, x.RowId });
                });

            migrationBuilder.CreateIndex(
                name: "IX_Entries_DatasetId_Key",
                table: "Entries",
                columns: new[] { "DatasetId", "Key" });

            migrationBuilder.CreateIndex(
                name: "IX_Entries_ObjectName",
                table: "Entries",
                column: "ObjectName");

            migrationBuilder.CreateIndex(
                name: "IX_Entries_RevisionId",
                table: "Entries",
                column: "RevisionId");

            migrationBuilder.CreateIndex(
                name: "IX_Entries_ShareStatus",
                table: "Entries",
                column: "ShareStatus");

            migrationBuilder.CreateIndex(
                name: "IX_Entries_UserId_Key",
                table: "Entries",
                columns: new[] { "UserId", "Key" });

            migrationBuilder.CreateIndex(
                name: "IX_AccessorRow_Kind_Value",
                table: "AccessorRow",
                columns: new[] { "Kind", "Value" });

            migrationBuilder.CreateIndex(
                name: "IX_Provenance_ActorId_Operation",
                table: "Provenance",
                columns: new[] { "ActorId", "Operation" });

            migrationBuilder.CreateIndex(
                name: "IX_Revisions_EntryId_Version",
                table: "Revisions",
                columns: new[] { "EntryId", "Version" });

            migrationBuilder.CreateIndex(
                name: "IX_Revisions_ObjectName",
                table: "Revisions",
                column: "ObjectName");

            // Compared without regard to case by being kept in lower case; two that differed only in that are one.
            migrationBuilder.Sql("""UPDATE OR IGNORE "AccessorRow" SET "Value" = lower(trim("Value"))""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Provenance");

            migrationBuilder.DropTable(
                name: "Revisions");

            migrationBuilder.DropTable(
                name: "SourceTables");

            migrationBuilder.DropUniqueConstraint(
                name: "AK_Entries_Id",
                table: "Entries");

            migrationBuilder.DropPrimaryKey(
                name: "PK_Entries",
                table: "Entries");

            migrationBuilder.DropIndex(
                name: "IX_Entries_DatasetId_Key",
                table: "Entries");

            migrationBuilder.DropIndex(
                name: "IX_Entries_ObjectName",
                table: "Entries");

            migrationBuilder.DropIndex(
                name: "IX_Entries_RevisionId",
                table: "Entries");

            migrationBuilder.DropIndex(
                name: "IX_Entries_ShareStatus",
                table: "Entries");

            migrationBuilder.DropIndex(
                name: "IX_Entries_UserId_Key",
                table: "Entries");

            migrationBuilder.DropIndex(
                name: "IX_AccessorRow_Kind_Value",
                table: "AccessorRow");

            migrationBuilder.DropColumn(
                name: "Ordinal",
                table: "LocationRow");

            migrationBuilder.DropColumn(
                name: "Key",
                table: "Entries");

            migrationBuilder.DropColumn(
                name: "Generation",
                table: "Entries");

            migrationBuilder.DropColumn(
                name: "UnitEmbedding",
                table: "Entries");

            migrationBuilder.DropColumn(
                name: "Version",
                table: "Entries");

            migrationBuilder.AddPrimaryKey(
                name: "PK_Entries",
                table: "Entries",
                column: "Id");

            migrationBuilder.CreateIndex(
                name: "IX_Entries_DatasetId",
                table: "Entries",
                column: "DatasetId");

            migrationBuilder.CreateIndex(
                name: "IX_Entries_UserId",
                table: "Entries",
                column: "UserId");
        }
    }
}
